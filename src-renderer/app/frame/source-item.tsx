import { TriangleAlert } from 'lucide-react';
import type { Source } from '../../../src-main/contract';
import {
  ContextMenu,
  copyText,
  cx,
  formatCompact,
  formatInteger,
  formatPercent,
  plural,
  Tip,
} from '../../ui';
import { changeMapping } from '../commands';
import { dataClient } from '../connect';
import { chosenSource, notify, openOverlay } from '../overlays';
import { readFraction, readSoFar } from '../read-fraction';
import styles from './sidebar.module.css';

const stateNames = {
  ready: 'ready',
  reading: 'being read',
  damaged: 'damaged',
  away: 'not reachable',
} as const;

/** What a source is, on hover. */
function described(source: Source): string {
  const { spec, format, dialect, state, rows, warnings, error, progress } = source;
  const counts = Object.entries(rows)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `${formatInteger(count)} ${table.replaceAll('_', ' ')}`);
  return [
    spec.namespace === null ? spec.location : `${spec.location} · namespace ${spec.namespace}`,
    `${format}${dialect === null ? '' : `, dialect ${dialect}`} · ${stateNames[state]}`,
    progress !== null && `reading ${progress.stage}, ${readSoFar(progress) ?? plural(progress.done, 'row')}`,
    counts.join(' · '),
    warnings > 0 && `${plural(warnings, 'warning')} (Source Details shows where)`,
    error !== null && `${error.code}: ${error.message}`,
  ]
    .filter(Boolean)
    .join('\n');
}

export interface SourceItemProps {
  readonly source: Source;
  /** The list shows this source alone. */
  readonly isShown: boolean;
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
  readonly onShow: () => void;
}

export function SourceItem({ source, isShown, isTabStop, onFocus, onShow }: SourceItemProps) {
  const { sourceId, name, state, progress, sessions, error, warnings } = source;
  const fraction = readFraction(progress);
  const told = (title: string, task: Promise<unknown>): void =>
    void task.catch((failure: unknown) => notify({ title, error: failure }));
  const menu = () => [
    [
      { title: 'Show Only This Source', run: onShow },
      {
        title: 'Look for New Rows',
        run: () => told('No look for new rows', dataClient.sources.refresh({ sourceId })),
      },
    ],
    [
      { title: 'Source Details…', run: () => openOverlay({ kind: 'source', sourceId }) },
      ...(source.format === 'mapped' ? [{ title: 'Change Mapping…', run: () => changeMapping(source) }] : []),
      { title: 'Copy Location', run: () => void copyText(source.spec.location) },
    ],
    [{ title: 'Close Source', run: () => told('Not closed', dataClient.sources.close({ sourceId })) }],
  ];
  return (
    <li>
      <ContextMenu groups={menu}>
        <span className={styles.menuPlace}>
          <Tip text={described(source)} side="right">
            <button
              type="button"
              className={cx(styles.entry, isShown && styles.current)}
              aria-pressed={isShown}
              tabIndex={isTabStop ? 0 : -1}
              onFocus={onFocus}
              onClick={({ target }) => {
                chosenSource.set(sourceId);
                // A button cannot hold a button; by keyboard Source Details has a key of its own.
                const isAboutWarnings =
                  target instanceof Element && target.closest('[data-warnings]') !== null;
                if (isAboutWarnings) openOverlay({ kind: 'source', sourceId });
                else onShow();
              }}
              onContextMenu={() => chosenSource.set(sourceId)}
            >
              <span className={cx(styles.dot, styles[state])} role="img" aria-label={stateNames[state]} />
              <span className={styles.name}>{name}</span>
              {warnings > 0 && (
                <span
                  className={styles.warnings}
                  role="img"
                  aria-label={plural(warnings, 'warning')}
                  data-warnings
                >
                  <TriangleAlert size={12} aria-hidden />
                </span>
              )}
              <span className={styles.count}>
                {fraction === null
                  ? error === null
                    ? formatCompact(state === 'reading' && sessions === 0 ? null : sessions)
                    : '!'
                  : formatPercent(fraction)}
              </span>
              {progress !== null && (
                <span
                  className={cx(styles.progress, fraction === null && styles.unmeasured)}
                  role="progressbar"
                  aria-label={`${name}: reading ${progress.stage}`}
                  aria-valuenow={fraction === null ? undefined : Math.round(fraction * 100)}
                >
                  <span style={{ width: `${(fraction ?? 1) * 100}%` }} />
                </span>
              )}
            </button>
          </Tip>
        </span>
      </ContextMenu>
      {error !== null && (
        <p className={styles.sourceError} title={error.message}>
          {error.code}
        </p>
      )}
    </li>
  );
}
