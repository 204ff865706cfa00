import type { SessionRow, SessionSortKey } from '../../src-main/contract';
import { type Column, Count, cx, Duration, Figure, formatNumber, Money, Time, Tokens } from '../ui';
import styles from './columns.module.css';

export interface SessionColumn extends Column<SessionRow> {
  readonly id: SessionSortKey | 'status' | 'source' | 'kind' | 'experiment';
  readonly name: string;
}

const statusNames = {
  completed: 'Completed',
  running: 'Running',
  error: 'Error',
  unknown: 'Unknown',
} as const;

function Status({ row }: { readonly row: SessionRow }) {
  const failed = row.status === 'error' || (row.errors ?? 0) > 0;
  const name =
    row.error ?? (failed ? `${statusNames[row.status]}, ${row.errors ?? 0} errors` : statusNames[row.status]);
  return (
    <span
      className={cx(styles.status, failed ? styles.error : styles[row.status])}
      role="img"
      aria-label={name}
      title={name}
    />
  );
}

function column(
  id: SessionColumn['id'],
  name: string,
  width: number,
  render: (row: SessionRow) => React.ReactNode,
  rest: Partial<SessionColumn> = {},
): SessionColumn {
  return { id, name, title: name, width, render, sortable: true, align: 'end', ...rest };
}

/** Every column of the list, in order. Which are shown is a preference. */
export const allColumns: readonly SessionColumn[] = [
  column(
    'title',
    'Title',
    128,
    (row) => (
      <span className={styles.title}>
        <Status row={row} />
        <span className={styles.text} title={`${row.title}\n${row.ref.sessionId}`}>
          {row.title}
        </span>
      </span>
    ),
    { grow: 3, align: 'start' },
  ),
  column(
    'model',
    'Model',
    126,
    (row) =>
      row.models.length === 0 ? (
        <span className={styles.unknown}>–</span>
      ) : (
        <span title={row.models.join('\n')}>
          {row.models[0]}
          {row.models.length > 1 && <span className={styles.more}> +{row.models.length - 1}</span>}
        </span>
      ),
    { grow: 1, align: 'start' },
  ),
  column('kind', 'Kind', 100, (row) => row.kind, { sortable: false, align: 'start' }),
  column('experiment', 'Experiment', 140, (row) => row.experimentId ?? '–', {
    sortable: false,
    align: 'start',
  }),
  column('steps', 'Steps', 62, (row) => <Count value={row.steps} />),
  column('events', 'Events', 76, (row) => <Count value={row.events} />),
  column('messages', 'Messages', 88, (row) => <Count value={row.messages} />),
  column('tokens', 'Tokens', 82, (row) => (
    <Tokens total={row.tokens.total} input={row.tokens.input} output={row.tokens.output} />
  )),
  column('cost', 'Cost', 92, (row) => <Money cost={row.cost} />),
  column('reward', 'Reward', 72, (row) => <Figure value={formatNumber(row.reward, 3)} />),
  column('errors', 'Errors', 72, (row) => (
    <span className={row.errors !== null && row.errors > 0 ? styles.errors : undefined}>
      <Count value={row.errors} />
    </span>
  )),
  column('duration', 'Duration', 92, (row) => <Duration milliseconds={row.durationMs} />),
  column('created', 'When', 138, (row) => <Time iso={row.createdAt} />),
];

const usualColumns = ['title', 'model', 'steps', 'tokens', 'cost', 'reward', 'created'];
const wideColumns = [...usualColumns, 'events', 'messages', 'errors', 'duration'];

/** Those of the usual question; in a wide window also the rest of the figures. */
export function defaultColumns(windowWidth: number): readonly string[] {
  return windowWidth >= 1700 ? wideColumns : usualColumns;
}

/** The chosen columns in their order, with the widths that were dragged. `name:width` keeps a width in the preferences. */
export function columnsOf(
  chosen: readonly string[] | undefined,
  windowWidth = globalThis.innerWidth,
): readonly SessionColumn[] {
  const wanted = new Map(
    (chosen ?? defaultColumns(windowWidth)).map((entry) => {
      const [id = '', width] = entry.split(':');
      return [id, width === undefined ? null : Number(width)];
    }),
  );
  return allColumns
    .filter(({ id }) => id === 'title' || wanted.has(id))
    .map((one) => ({ ...one, width: wanted.get(one.id) ?? one.width }));
}

export function withWidth(columns: readonly SessionColumn[], id: string, width: number): string[] {
  return columns.map((one) => `${one.id}:${one.id === id ? width : one.width}`);
}

export function withToggled(columns: readonly SessionColumn[], id: string): string[] {
  const shown = columns.some((one) => one.id === id);
  const kept = columns.filter((one) => one.id !== id).map((one) => `${one.id}:${one.width}`);
  return shown ? kept : [...kept, id];
}
