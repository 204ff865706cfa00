import type { SessionRow, SessionSortKey } from '../../src-main/contract';
import { useSource } from '../app/use-live';
import {
  type Column,
  Count,
  cx,
  Duration,
  describeCost,
  Figure,
  formatDuration,
  formatInteger,
  formatNumber,
  formatTime,
  Money,
  Time,
  Tokens,
} from '../ui';
import styles from './columns.module.css';

export interface SessionColumn extends Column<SessionRow> {
  readonly id: SessionSortKey | 'status' | 'source' | 'kind' | 'experiment';
  readonly name: string;
  /** px, where the user dragged it. */
  readonly dragged?: number;
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

function SourceName({ sourceId }: { readonly sourceId: string }) {
  const source = useSource(sourceId);
  return <span title={source?.spec.location}>{source?.name ?? '–'}</span>;
}

interface Rest extends Partial<SessionColumn> {
  readonly id: SessionColumn['id'];
  readonly name: string;
  readonly width: number;
  readonly render: SessionColumn['render'];
}

function textColumn({ name, ...rest }: Rest): SessionColumn {
  return { name, title: name, sortable: true, align: 'start', ...rest };
}

function figureColumn({ name, ...rest }: Rest & Required<Pick<SessionColumn, 'figureText'>>): SessionColumn {
  return { name, title: name, sortable: true, align: 'end', ...rest };
}

function countColumn(
  id: 'steps' | 'events' | 'messages',
  name: string,
  width: number,
  spare: number,
): SessionColumn {
  return figureColumn({
    id,
    name,
    width,
    spare,
    figureText: (row) => formatInteger(row[id]),
    render: (row) => <Count value={row[id]} />,
  });
}

/** Every column of the list, in order. Which are shown is a preference. Titles take what the figures leave. */
export const allColumns: readonly SessionColumn[] = [
  textColumn({
    id: 'title',
    name: 'Title',
    width: 144,
    comfort: 240,
    grow: 3,
    render: (row) => (
      <span className={styles.title}>
        <Status row={row} />
        <span className={styles.text} dir="auto" title={`${row.title}\n${row.ref.sessionId}`}>
          {row.title}
        </span>
      </span>
    ),
  }),
  textColumn({
    id: 'model',
    name: 'Model',
    width: 96,
    grow: 2,
    most: 240,
    spare: 0,
    render: (row) =>
      row.models.length === 0 ? (
        <span className={styles.unknown}>–</span>
      ) : (
        <span title={row.models.join('\n')}>
          {row.models[0]}
          {row.models.length > 1 && <span className={styles.more}> +{row.models.length - 1}</span>}
        </span>
      ),
  }),
  textColumn({
    id: 'source',
    name: 'Source',
    width: 112,
    grow: 1,
    most: 200,
    spare: 3,
    sortable: false,
    render: (row) => <SourceName sourceId={row.ref.sourceId} />,
  }),
  textColumn({ id: 'kind', name: 'Kind', width: 92, sortable: false, render: (row) => row.kind }),
  textColumn({
    id: 'experiment',
    name: 'Experiment',
    width: 140,
    grow: 1,
    most: 240,
    sortable: false,
    render: (row) => <span title={row.experimentId ?? undefined}>{row.experimentId ?? '–'}</span>,
  }),
  countColumn('steps', 'Steps', 56, 2),
  countColumn('events', 'Events', 62, 6),
  countColumn('messages', 'Messages', 78, 7),
  figureColumn({
    id: 'tokens',
    name: 'Tokens',
    width: 66,
    figureText: (row) => formatInteger(row.tokens.total),
    render: (row) => <Tokens total={row.tokens.total} input={row.tokens.input} output={row.tokens.output} />,
  }),
  figureColumn({
    id: 'cost',
    name: 'Cost',
    width: 64,
    figureText: (row) => {
      const { mark, text } = describeCost(row.cost);
      return `${mark} ${text}`;
    },
    render: (row) => <Money cost={row.cost} />,
  }),
  figureColumn({
    id: 'reward',
    name: 'Reward',
    width: 66,
    spare: 1,
    figureText: (row) => formatNumber(row.reward, 3),
    render: (row) => <Figure value={formatNumber(row.reward, 3)} />,
  }),
  figureColumn({
    id: 'errors',
    name: 'Errors',
    width: 60,
    spare: 5,
    figureText: (row) => formatInteger(row.errors),
    render: (row) => (
      <span className={row.errors !== null && row.errors > 0 ? styles.errors : undefined}>
        <Count value={row.errors} />
      </span>
    ),
  }),
  figureColumn({
    id: 'duration',
    name: 'Duration',
    width: 78,
    spare: 4,
    figureText: (row) => formatDuration(row.durationMs),
    render: (row) => <Duration milliseconds={row.durationMs} />,
  }),
  figureColumn({
    id: 'created',
    name: 'When',
    width: 128,
    figureText: (row) => formatTime(row.createdAt),
    render: (row) => <Time iso={row.createdAt} />,
  }),
];

const usualColumns = ['title', 'model', 'steps', 'tokens', 'cost', 'reward', 'created'];
const wideColumns = [...usualColumns, 'events', 'messages', 'errors', 'duration'];

/** What the usual columns are for. */
export interface ListFrame {
  readonly windowWidth: number;
  /** Sessions of more than one source stand side by side. */
  readonly isMixed: boolean;
}

/** Those of the usual question; in a wide window also the rest of the figures. */
export function defaultColumns({ windowWidth, isMixed }: ListFrame): readonly string[] {
  const figures = windowWidth >= 1700 ? wideColumns : usualColumns;
  return isMixed ? [...figures, 'source'] : figures;
}

/** The chosen columns in their order, with the widths that were dragged. `name:width` keeps a width in the preferences. */
export function columnsOf(chosen: readonly string[] | undefined, frame: ListFrame): readonly SessionColumn[] {
  const wanted = new Map(
    (chosen ?? defaultColumns(frame)).map((entry) => {
      const [id = '', width] = entry.split(':');
      return [id, width === undefined ? null : Number(width)];
    }),
  );
  const columns = allColumns.filter(({ id }) => id === 'title' || wanted.has(id));
  return chosen === undefined ? columns : columns.map((one) => asChosen(one, wanted.get(one.id) ?? null));
}

/** A column that was chosen does not leave, and one that was dragged keeps its width: it neither grows nor ends at its most. */
function asChosen({ spare, ...column }: SessionColumn, width: number | null): SessionColumn {
  if (width === null) return column;
  const { grow, most, comfort, ...still } = column;
  return { ...still, width, dragged: width };
}

function entryOf({ id, dragged }: SessionColumn): string {
  return dragged === undefined ? id : `${id}:${dragged}`;
}

export function withWidth(columns: readonly SessionColumn[], id: string, width: number): string[] {
  return columns.map((one) => entryOf(one.id === id ? { ...one, dragged: width } : one));
}

export function withToggled(columns: readonly SessionColumn[], id: string): string[] {
  const shown = columns.some((one) => one.id === id);
  const kept = columns.filter((one) => one.id !== id).map(entryOf);
  return shown ? kept : [...kept, id];
}
