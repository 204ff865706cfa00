import { useNavigate, useRouterState } from '@tanstack/react-router';
import { Activity, Database, ListTree, Plus, X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { type CommandId, commandOf } from '../../../src-main/contract';
import { cx, IconButton } from '../../ui';
import text from '../../ui/text.module.css';
import { runCommand } from '../commands';
import { live } from '../live';
import { changeSettings } from '../settings';
import { useLive, useSources } from '../use-live';
import styles from './sidebar.module.css';
import { SourceItem } from './source-item';

const screens: readonly { id: CommandId; path: string; icon: typeof Activity }[] = [
  { id: 'go.sessions', path: '/session', icon: ListTree },
  { id: 'go.analytics', path: '/analytics', icon: Activity },
  { id: 'go.store', path: '/store', icon: Database },
];

export function Sidebar() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <nav className={styles.sidebar} aria-label="Sources and screens">
      <SourceList path={path} />
      <ul className={styles.group} aria-label="Screens">
        {screens.map(({ id, path: place, icon: Icon }) => (
          <li key={id}>
            <button
              type="button"
              className={cx(styles.entry, path.startsWith(place) && styles.current)}
              aria-current={path.startsWith(place) ? 'page' : undefined}
              onClick={() => runCommand(id)}
            >
              <Icon size={15} className={styles.icon} aria-hidden />
              <span className={styles.name}>{commandOf(id).title}</span>
            </button>
          </li>
        ))}
      </ul>
      <SavedViews />
    </nav>
  );
}

function SourceList({ path }: { readonly path: string }) {
  const sources = useSources();
  const asked = useLive(live.workspace)?.opening ?? [];
  // What was open before and stands on the command line too is asked for twice.
  const opening = [...new Set(asked)].filter(
    (location) => !sources.some(({ spec }) => spec.location === location),
  );
  const navigate = useNavigate();
  const shown = useRouterState({
    select: (state): readonly string[] => {
      const { sources: ids } = state.location.search;
      return Array.isArray(ids) ? ids : [];
    },
  });
  const [focused, setFocused] = useState<string | null>(null);
  const stop = sources.find(({ sourceId }) => sourceId === focused) ?? sources[0];
  const to = path === '/analytics' ? '/analytics' : '/sessions';
  const show = (sourceId: string): void => {
    const isAlone = shown.length === 1 && shown[0] === sourceId;
    void navigate({ to, search: (before) => ({ ...before, sources: isAlone ? undefined : [sourceId] }) });
  };
  return (
    <section className={styles.group} aria-labelledby="sources-heading">
      <div className={styles.heading}>
        <h2 id="sources-heading" className={text.caps}>
          Sources
        </h2>
        <IconButton label="Open…" keys="Ctrl+O" onClick={() => runCommand('file.open')}>
          <Plus size={14} aria-hidden />
        </IconButton>
      </div>
      <ul onKeyDown={moveAmongSources}>
        {sources.map((source) => (
          <SourceItem
            key={source.sourceId}
            source={source}
            isShown={shown.includes(source.sourceId)}
            isTabStop={source === stop}
            onFocus={() => setFocused(source.sourceId)}
            onShow={() => show(source.sourceId)}
          />
        ))}
        {opening.map((location) => (
          <li key={location} className={styles.opening} title={location}>
            <span className={cx(styles.dot, styles.reading)} role="img" aria-label="being recognised" />
            <span className={styles.name}>{nameOf(location)}</span>
          </li>
        ))}
        {sources.length === 0 && opening.length === 0 && <li className={styles.none}>Nothing open</li>}
      </ul>
    </section>
  );
}

/** Fifty sources are one stop of the keyboard; the arrows move among them. */
function moveAmongSources(event: KeyboardEvent<HTMLUListElement>): void {
  const entries = [...event.currentTarget.querySelectorAll<HTMLElement>('button[aria-pressed]')];
  const at = entries.findIndex((entry) => entry.contains(event.currentTarget.ownerDocument.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  entries[to]?.focus();
}

/** The last part of a path or URL. */
function nameOf(location: string): string {
  return /[^/\\]+(?=[/\\]*$)/.exec(location)?.[0] ?? location;
}

function SavedViews() {
  const { savedViews } = useLive(live.settings);
  if (savedViews.length === 0) return null;
  return (
    <section className={styles.group} aria-labelledby="views-heading">
      <div className={styles.heading}>
        <h2 id="views-heading" className={text.caps}>
          Saved views
        </h2>
      </div>
      <ul>
        {savedViews.map(({ id, name, search }) => (
          <li key={id} className={styles.view}>
            <a className={styles.entry} href={`#/sessions${search}`}>
              <span className={styles.name}>{name}</span>
            </a>
            <IconButton
              label={`Remove the view ${name}`}
              className={styles.remove}
              onClick={() => changeSettings({ savedViews: savedViews.filter((view) => view.id !== id) })}
            >
              <X size={13} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
