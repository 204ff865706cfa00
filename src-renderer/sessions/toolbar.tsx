import { useQuery } from '@tanstack/react-query';
import { Bookmark, Check, Columns3, Download, ListChecks } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { type FormEvent, useState } from 'react';
import { runCommand } from '../app/commands';
import { data } from '../app/connect';
import { live } from '../app/live';
import { LiveControls } from '../app/live-controls';
import { frameParts } from '../app/overlays';
import { type SessionsSearch, scopeOf } from '../app/search';
import { changeSettings } from '../app/settings';
import { useLive, useSource } from '../app/use-live';
import { Button, Dialog, Field, formatInteger, IconButton, menuHost } from '../ui';
import menu from '../ui/menu.module.css';
import text from '../ui/text.module.css';
import { allColumns, withToggled } from './columns';
import { FilterBar } from './filter-bar';
import styles from './toolbar.module.css';
import { useSessionColumns } from './use-session-columns';

export interface ToolbarProps {
  readonly search: SessionsSearch;
  readonly onChange: (part: SessionsSearch) => void;
}

export function Toolbar({ search, onChange }: ToolbarProps) {
  const totals = useQuery(data.sessions.totals.queryOptions({ input: { scope: scopeOf(search) } }));
  const only = useSource(search.sources?.length === 1 ? (search.sources[0] ?? '') : '');
  return (
    <div className={styles.toolbar}>
      <h1 className={styles.heading}>
        Sessions
        <span className={styles.total}>
          {totals.data === undefined ? '' : formatInteger(totals.data.sessions)}
        </span>
      </h1>
      {only !== undefined && (
        <button
          type="button"
          className={styles.only}
          title="Show all sources"
          onClick={() => onChange({ sources: undefined })}
        >
          <span>{only.name}</span> ×
        </button>
      )}
      <FilterBar value={search.q ?? ''} onChange={(q) => onChange({ q: q === '' ? undefined : q })} />
      <span className={styles.space} />
      <LiveControls />
      <FacetsButton />
      <SaveView />
      <ColumnMenu search={search} />
      <Button size="small" title="Export…" onClick={() => runCommand('export.parquet')}>
        <Download size={13} aria-hidden /> <span className={text.spare}>Export…</span>
      </Button>
    </div>
  );
}

function FacetsButton() {
  const isShown = useLive(frameParts.facets);
  return (
    <IconButton label="Facets" aria-pressed={isShown} onClick={() => frameParts.facets.set(!isShown)}>
      <ListChecks size={15} aria-hidden />
    </IconButton>
  );
}

function ColumnMenu({ search }: Pick<ToolbarProps, 'search'>) {
  const shown = useSessionColumns(search);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button size="small" variant="quiet" title="Columns">
          <Columns3 size={14} aria-hidden /> <span className={text.spare}>Columns</span>
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={menuHost()}>
        <DropdownMenu.Content className={menu.content} align="end" sideOffset={4}>
          {allColumns.map(({ id, name }) => (
            <DropdownMenu.CheckboxItem
              key={id}
              className={menu.item}
              disabled={id === 'title'}
              checked={shown.some((column) => column.id === id)}
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={() => changeSettings({ sessionColumns: withToggled(shown, id) })}
            >
              <DropdownMenu.ItemIndicator className={menu.check}>
                <Check size={14} aria-hidden />
              </DropdownMenu.ItemIndicator>
              <span className={menu.title}>{name}</span>
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Keeps the filter, the order and the span under a name, in the sidebar. */
function SaveView() {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const { savedViews } = useLive(live.settings);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const query = location.hash.indexOf('?');
    const search = query < 0 ? '' : location.hash.slice(query);
    changeSettings({ savedViews: [...savedViews, { id: crypto.randomUUID(), name: name.trim(), search }] });
    setOpen(false);
    setName('');
  };
  return (
    <>
      <IconButton label="Save this view" onClick={() => setOpen(true)}>
        <Bookmark size={14} aria-hidden />
      </IconButton>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title="Save this view"
        description="Keeps the filter, the sources, the span of time and the order."
        width={400}
      >
        <form onSubmit={save}>
          <Field label="Name" autoFocus value={name} onChange={(event) => setName(event.target.value)} />
          <div className={styles.foot}>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button type="submit" variant="primary" disabled={name.trim() === ''}>
              Save
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
