import type { TableName } from '../../model';
import type { StageName } from '../types';
import type { TableColumns } from './schema';
import {
  amount,
  centsAsDollars,
  either,
  errorIn,
  exact,
  firstRecordError,
  ifRecords,
  listOf,
  literal,
  member,
  sumOfBoth,
  sumOfRecords,
  time,
  withoutNaN,
} from './values';

/**
 * How a canonical column is written in SQLite: `number` as it stands, `name` quoted (an identifier: it ends at a 0x00), `text` quoted and
 * with every character that it has.
 */
export interface Field {
  readonly column: string;
  readonly sql: string;
  readonly kind: 'number' | 'name' | 'text';
}

/** One canonical table and the table of the file that it is read from. */
export interface TableRead {
  readonly stage: StageName;
  readonly table: TableName;
  readonly from: string;
  /** The table in SQL, `r` to what is read of it. */
  readonly place: string;
  readonly fields: readonly Field[];
  readonly where?: string;
  /** The same columns, written otherwise, for the rows where this holds: the first that does. */
  readonly variants?: readonly { readonly when: string; readonly fields: readonly Field[] }[];
  /** Small, and its rows change in place: read whole at each refresh. */
  readonly isSmall: boolean;
}

type PlacedLater = Omit<TableRead, 'place'>;

const text = (column: string, sql: string): Field => ({ column, sql, kind: 'text' });
const name = (column: string, sql: string): Field => ({ column, sql, kind: 'name' });
const plain = (column: string, sql: string): Field => ({ column, sql, kind: 'number' });

/** The reads of a file, fitted to the columns it has: a column it lacks is NULL. */
export function tableReads(tables: TableColumns): TableRead[] {
  const all: PlacedLater[] = [
    ...describingReads(tables),
    timestepRead(tables),
    eventRead(tables),
    messageRead(tables),
    payloadRead(tables),
  ];
  return all.flatMap((read) => {
    const shape = tables.get(read.from);
    return shape === undefined ? [] : [{ ...read, place: shape.place }];
  });
}

/** Sessions have their own order (newest first). */
export function sessionRead(tables: TableColumns): TableRead {
  const from = 'session_traces';
  const place = placeOf(tables, from);
  return { stage: 'sessions', table: 'sessions', from, place, fields: sessionFields(tables), isSmall: false };
}

export function placeOf(tables: TableColumns, table: string): string {
  return tables.get(table)?.place ?? `"${table}"`;
}

function sessionFields(tables: TableColumns): Field[] {
  const has = picker(tables, 'session_traces');
  const metadata = has('metadata');
  return [
    name('session_id', has('session_id')),
    name('experiment_id', has('experiment_id')),
    name('kind', literal('session')),
    text('title', member(metadata, 'title', 'name', 'task')),
    name('status', statusSaid(metadata)),
    name('created_at', has('created_at')),
    text('error', errorIn(metadata)),
    text('metadata', metadata),
    plain('session_no', 'rowid'),
  ];
}

/** What the recorder said of the outcome; the mirror asks the steps where it said nothing. */
function statusSaid(metadata: string): string {
  const said = member(metadata, 'status');
  return `CASE WHEN ${said} IN ('completed', 'running', 'error') THEN ${said} WHEN ${errorIn(metadata)} IS NOT NULL THEN 'error' ELSE 'unknown' END`;
}

function describingReads(tables: TableColumns): PlacedLater[] {
  const experiments = picker(tables, 'experiments');
  const systems = picker(tables, 'systems');
  const versions = picker(tables, 'system_versions');
  const links = picker(tables, 'experimental_systems');
  const outcome = picker(tables, 'outcome_rewards');
  const event = picker(tables, 'event_rewards');
  const small = { stage: 'sessions', isSmall: true } as const;
  return [
    {
      ...small,
      table: 'experiments',
      from: 'experiments',
      fields: [
        name('experiment_id', experiments('experiment_id', 'id')),
        text('name', experiments('name')),
        text('description', experiments('description')),
        name('created_at', experiments('created_at')),
        text('configuration', experiments('configuration')),
        text('metadata', experiments('metadata')),
      ],
    },
    {
      ...small,
      table: 'systems',
      from: 'systems',
      fields: [
        name('system_id', systems('system_id', 'id')),
        text('name', systems('name')),
        name('system_type', systems('system_type')),
        text('description', systems('description')),
        name('created_at', systems('created_at')),
        text('metadata', systems('metadata')),
      ],
    },
    {
      ...small,
      table: 'system_versions',
      from: 'system_versions',
      fields: [
        name('version_id', versions('version_id', 'id')),
        name('system_id', versions('system_id')),
        name('version_number', versions('version_number')),
        name('commit_hash', versions('commit_hash')),
        name('created_at', versions('created_at')),
        text('configuration', versions('configuration')),
        text('metadata', versions('metadata')),
      ],
    },
    {
      ...small,
      table: 'experiment_systems',
      from: 'experimental_systems',
      fields: [
        name('experiment_id', links('experiment_id')),
        name('system_id', links('system_id')),
        name('version_id', links('version_id')),
      ],
    },
    {
      ...small,
      table: 'rewards',
      from: 'outcome_rewards',
      isSmall: false,
      fields: [
        plain('reward_key', rewardKey('2 * rowid')),
        name('session_id', outcome('session_id')),
        name('scope', literal('outcome')),
        plain('value', exact(outcome('total_reward', 'reward_value'))),
        name('reward_name', outcome('objective_key', 'key')),
        plain('achievements_count', outcome('achievements_count')),
        plain('total_steps', outcome('total_steps')),
        text('annotation', outcome('annotation')),
        name('created_at', outcome('created_at')),
        text('metadata', outcome('reward_metadata', 'metadata')),
      ],
    },
    {
      ...small,
      table: 'rewards',
      from: 'event_rewards',
      isSmall: false,
      fields: [
        plain('reward_key', rewardKey('2 * rowid + 1')),
        name('session_id', event('session_id')),
        name('scope', literal('event')),
        plain('event_key', referenceTo(tables, 'events', event('event_id'))),
        plain('message_key', referenceTo(tables, 'messages', event('message_id'))),
        plain('turn_number', event('turn_number')),
        plain('value', exact(event('reward_value'))),
        name('reward_type', event('reward_type')),
        name('reward_name', event('key', 'objective_key')),
        text('annotation', event('annotation')),
        text('author', event('source')),
        name('created_at', event('created_at')),
        text('metadata', event('metadata')),
      ],
    },
  ];
}

function timestepRead(tables: TableColumns): PlacedLater {
  const has = picker(tables, 'session_timesteps');
  return {
    stage: 'timesteps',
    table: 'timesteps',
    from: 'session_timesteps',
    isSmall: false,
    fields: [
      plain('step_key', keyOf(tables, 'session_timesteps')),
      name('session_id', has('session_id')),
      name('step_id', has('step_id')),
      plain('step_index', has('step_index')),
      plain('turn_number', has('turn_number')),
      name('started_at', has('started_at', 'timestamp')),
      name('completed_at', has('completed_at')),
      text('metadata', has('step_metadata', 'metadata')),
    ],
  };
}

function eventRead(tables: TableColumns): PlacedLater {
  const records = picker(tables, 'events')('call_records');
  return {
    stage: 'events',
    table: 'events',
    from: 'events',
    isSmall: false,
    fields: eventFields(tables, records),
    variants: [
      { when: `${records} IS NULL`, fields: eventFields(tables, 'NULL') },
      { when: `substr(ltrim(${records}), 1, 1) <> '['`, fields: eventFields(tables, listOf(records)) },
      { when: `NOT json_valid(${records})`, fields: eventFields(tables, withoutNaN(records)) },
    ],
  };
}

/** Most events have no call records: their fields need no JSON. */
function eventFields(tables: TableColumns, records: string): Field[] {
  const has = picker(tables, 'events');
  const first = (path: string) =>
    ifRecords(records, `iif(json_valid(${records}), json_extract(${records}, '$[0].${path}'), NULL)`);
  const usage = (...columns: string[]) =>
    ifRecords(records, either(...columns.map((column) => sumOfRecords(records, column))));
  const input = either(has('input_tokens', 'prompt_tokens'), usage('input_tokens', 'prompt_tokens'));
  const output = either(
    has('output_tokens', 'completion_tokens'),
    usage('output_tokens', 'completion_tokens'),
  );
  const cost = usage('cost_usd');
  const cents = has('cost_cents', 'cost_usd');
  const dollars = has('cost');
  const kind = has('event_type');
  const isKnown = `${kind} IN ('cais', 'environment', 'runtime')`;
  return [
    plain('event_key', keyOf(tables, 'events')),
    name('session_id', has('session_id')),
    plain('step_key', referenceTo(tables, 'session_timesteps', has('timestep_id'))),
    name('event_type', `iif(${isKnown}, ${kind}, 'other')`),
    name('name', `iif(${isKnown}, NULL, ${kind})`),
    name('system_id', has('system_instance_id')),
    name('occurred_at', either(time(has('event_time')), has('created_at'))),
    plain('sequence', has('message_time')),
    name('model', either(has('model_name'), first('model_name'))),
    name('provider', either(has('provider'), first('provider'))),
    plain('input_tokens', input),
    plain('output_tokens', output),
    plain('total_tokens', either(has('total_tokens'), usage('total_tokens'), sumOfBoth(input, output))),
    plain('cache_read_tokens', usage('cache_read_tokens')),
    plain('cache_write_tokens', usage('cache_write_tokens')),
    plain('reasoning_tokens', usage('reasoning_tokens')),
    plain('cost_usd', either(exact(cost), amount(dollars), centsAsDollars(cents))),
    name(
      'cost_basis',
      `CASE WHEN ${either(cost, amount(dollars))} IS NOT NULL THEN 'reported'
        WHEN ${amount(cents)} IS NOT NULL THEN 'reported_rounded' WHEN ${kind} = 'cais' THEN 'unpriced' END`,
    ),
    plain('latency_ms', exact(has('latency_ms'))),
    name('span_id', has('span_id')),
    name('trace_id', has('trace_id')),
    plain('reward', exact(has('reward'))),
    plain('terminated', has('terminated')),
    plain('truncated', has('truncated')),
    text('error', either(ifRecords(records, firstRecordError(records)), errorIn(has('metadata')))),
  ];
}

function messageRead(tables: TableColumns): PlacedLater {
  const has = picker(tables, 'messages');
  const role = has('message_type', 'role');
  return {
    stage: 'messages',
    table: 'messages',
    from: 'messages',
    isSmall: false,
    fields: [
      plain('message_key', keyOf(tables, 'messages')),
      name('session_id', has('session_id')),
      plain('step_key', referenceTo(tables, 'session_timesteps', has('timestep_id'))),
      name(
        'role',
        `iif(${role} IN ('system', 'user', 'assistant', 'tool_use', 'tool_result'), ${role}, 'other')`,
      ),
      name('occurred_at', `coalesce(${time(has('event_time'))}, ${has('timestamp', 'created_at')})`),
      plain('sequence', has('message_time')),
      text('author', member(has('metadata'), 'author', 'agent_id')),
      text('content', has('content')),
      text('metadata', has('metadata')),
    ],
  };
}

function payloadRead(tables: TableColumns): PlacedLater {
  const has = picker(tables, 'events');
  const metadata = `coalesce(${has('metadata')}, ${has('event_metadata')})`;
  const states = [has('system_state_before'), has('system_state_after')];
  return {
    stage: 'payloads',
    table: 'event_payloads',
    from: 'events',
    isSmall: false,
    where: `coalesce(${[has('call_records'), ...states].join(', ')}, ${metadata}) IS NOT NULL`,
    fields: [
      plain('event_key', keyOf(tables, 'events')),
      name('session_id', has('session_id')),
      text('call_records', has('call_records')),
      text('state_before', states[0] ?? 'NULL'),
      text('state_after', states[1] ?? 'NULL'),
      text('metadata', metadata),
    ],
  };
}

/** Rows are spoken of by their `id`, which is the rowid where it is the key of its table. */
function keyOf(tables: TableColumns, table: string): string {
  return isNumbered(tables, table) ? 'coalesce("id", rowid)' : 'rowid';
}

function isNumbered(tables: TableColumns, table: string): boolean {
  return tables.get(table)?.get('id')?.includes('INT') === true;
}

/** The key of the row that this speaks of: ids that are texts are looked up. */
function referenceTo(tables: TableColumns, table: string, id: string): string {
  if (id === 'NULL' || isNumbered(tables, table) || tables.get(table)?.has('id') !== true) return id;
  return `(SELECT t.rowid FROM ${placeOf(tables, table)} t WHERE t."id" = r.${id} LIMIT 1)`;
}

/** Both tables of rewards share their keys: even and odd. */
function rewardKey(sql: string): string {
  return `iif(rowid BETWEEN -4611686018427387904 AND 4611686018427387903, ${sql}, rowid)`;
}

/** The first of the names that the table has, quoted; NULL when it has none. */
function picker(tables: TableColumns, table: string): (...names: string[]) => string {
  const columns = tables.get(table);
  return (...names) => {
    const found = names.find((name) => columns?.has(name) === true);
    return found === undefined ? 'NULL' : `"${found}"`;
  };
}
