import { type SessionRow, type SessionSort, sessionSortKey } from '../../contract';
import { toJson } from '../cells';
import { UsageError } from '../failure';
import { writeRows } from '../rows';
import type { Terminal } from '../terminal';
import { type OpenOptions, Traces } from '../traces';

export interface SessionsOptions extends OpenOptions {
  readonly json?: boolean;
  readonly limit: number;
  readonly sort: string;
  readonly filter: string;
}

const PAGE = 500;
/** These read from A to Z; the others, which are figures and times, from the largest. */
const ASCENDING: readonly string[] = ['title', 'model'];

/** `cost` (largest first), `-cost` or `cost:desc`, `+cost` or `cost:asc`. */
export function parseSort(text: string): SessionSort {
  const found = /^([+-]?)([a-z]+)(?::(asc|desc))?$/.exec(text);
  const key = sessionSortKey.safeParse(found?.[2]);
  if (found === null || !key.success) {
    throw new UsageError(`--sort ${text} is no sort key: there are ${sessionSortKey.options.join(', ')}.`);
  }
  const [, sign, , order] = found;
  const isAscending = sign === '+' || order === 'asc';
  const isDescending = sign === '-' || order === 'desc';
  return { key: key.data, descending: isDescending || (!isAscending && !ASCENDING.includes(key.data)) };
}

/** `sessions PATH`: the list as the window shows it. */
export async function sessions(
  terminal: Terminal,
  location: string,
  options: SessionsOptions,
): Promise<void> {
  const sort = parseSort(options.sort);
  await using traces = await Traces.open(location, options, terminal);
  await traces.read('messages');
  const list = await listPages(traces, sort, options);
  if (options.json) await writeJson(terminal, list);
  else await writeText(terminal, list);
  await traces.complain();
}

interface Pages {
  readonly total: number;
  readonly pages: AsyncIterable<readonly SessionRow[]>;
}

/** The first page says how many there are; the others come as they are asked for. */
async function listPages(traces: Traces, sort: SessionSort, options: SessionsOptions): Promise<Pages> {
  const { client, terminal } = traces;
  const getPage = (offset: number) =>
    client.sessions.list(
      {
        scope: { q: options.filter },
        sort,
        offset,
        limit: Math.max(1, Math.min(PAGE, options.limit - offset)),
      },
      { signal: terminal.signal },
    );
  const first = await getPage(0);
  async function* pages() {
    let given = 0;
    for (let rows = first.rows; rows.length > 0 && given < options.limit; ) {
      yield rows;
      given += rows.length;
      if (given >= options.limit || given >= first.total) return;
      rows = (await getPage(given)).rows;
    }
  }
  return { total: first.total, pages: pages() };
}

async function writeJson(terminal: Terminal, { total, pages }: Pages): Promise<void> {
  let before = '{"sessions":[';
  for await (const rows of pages) {
    await terminal.write(`${before}\n${rows.map((row) => toJson(flat(row))).join(',\n')}`);
    before = ',';
  }
  await terminal.write(`${before === ',' ? '\n' : before}],"total":${total}}\n`);
}

/** The contract's row, its reference and tokens unfolded. */
function flat({ ref, tokens, cost, ...row }: SessionRow) {
  return {
    sessionId: ref.sessionId,
    sourceId: ref.sourceId,
    ...row,
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    totalTokens: tokens.total,
    costUsd: cost?.usd ?? null,
    cost,
  };
}

const COLUMNS = [
  'session',
  'created',
  'status',
  'models',
  'steps',
  'events',
  'messages',
  'tokens',
  'cost usd',
  'reward',
  'seconds',
  'errors',
];

async function writeText(terminal: Terminal, { total, pages }: Pages): Promise<void> {
  let shown = 0;
  async function* batches() {
    for await (const rows of pages) {
      shown += rows.length;
      yield rows.map(toCells);
    }
  }
  await writeRows(terminal, { columns: COLUMNS, batches: batches() }, 'text');
  terminal.note(`${shown.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} sessions`);
}

function toCells(row: SessionRow): unknown[] {
  return [
    row.ref.sessionId,
    row.createdAt,
    row.status,
    row.models.join(' '),
    row.steps,
    row.events,
    row.messages,
    row.tokens.total,
    costText(row),
    row.reward,
    row.durationMs === null ? null : row.durationMs / 1_000,
    row.errors,
  ];
}

/** A sum of nothing but whole cents that say 0 is not free: it is under a cent. */
function costText({ cost }: SessionRow): number | string | null {
  if (cost === null || cost.usd === null) return null;
  if (cost.usd === 0 && cost.calls.roundedZero > 0) return '< 0.01';
  return Number(cost.usd.toPrecision(6));
}
