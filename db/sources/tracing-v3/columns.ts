import type { TableName } from '../../model';
import type { StageName } from '../types';
import type { TableColumns } from './schema';

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
  readonly fields: readonly Field[];
  readonly where?: string;
  /** The same columns, cheaper to write, for the rows where this holds. */
  readonly simple?: { readonly when: string; readonly fields: readonly Field[] };
  /** Small, and its rows change in place: read whole at each refresh. */
  readonly isSmall: boolean;
}

const text = (column: string, sql: string): Field => ({ column, sql, kind: 'text' });
const name = (column: string, sql: string): Field => ({ column, sql, kind: 'name' });
const plain = (column: string, sql: string): Field => ({ column, sql, kind: 'number' });

/** Fifteen digits are SQLite's own text of a float; seventeen bring the same float back. */
const exact = (sql: string) =>
  sql === 'NULL' ? sql : `iif(typeof(${sql}) = 'real', printf('%!.17g', ${sql}), ${sql})`;
/** Unix seconds as whole microseconds, which are told from seconds by their size and cost a fifth of seventeen digits. */
const time = (sql: string) =>
  sql === 'NULL'
    ? sql
    : `iif(typeof(${sql}) = 'real' AND ${sql} >= 1e8 AND ${sql} < 1e11, CAST(round(${sql} * 1e6) AS INTEGER), ${exact(sql)})`;
/** Cents as dollars: the same number as `cents / 100.0` gives, without printing a float. */
const centsAsDollars = (sql: string) =>
  sql === 'NULL' ? sql : `iif(typeof(${sql}) = 'integer', ${sql} || 'e-2', ${exact(`(${sql} / 100.0)`)})`;
const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** The reads of a file, fitted to the columns it has: a column it lacks is NULL. */
export function tableReads(tables: TableColumns): TableRead[] {
  const all = [
    ...describingReads(tables),
    timestepRead(tables),
    eventRead(tables),
    messageRead(tables),
    payloadRead(tables),
  ];
  return all.filter((read) => tables.has(read.from));
}

/** Sessions have their own order (newest first). */
export function sessionRead(tables: TableColumns): TableRead {
  const fields = sessionFields(tables);
  return { stage: 'sessions', table: 'sessions', from: 'session_traces', fields, isSmall: false };
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
    text('error', member(metadata, 'error')),
    text('metadata', metadata),
    plain('session_no', 'rowid'),
  ];
}

/** What the recorder said of the outcome; the mirror asks the steps where it said nothing. */
function statusSaid(metadata: string): string {
  const said = member(metadata, 'status');
  return `CASE WHEN ${said} IN ('completed', 'running', 'error') THEN ${said} WHEN ${member(metadata, 'error')} IS NOT NULL THEN 'error' ELSE 'unknown' END`;
}

function describingReads(tables: TableColumns): TableRead[] {
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
        plain('reward_key', '2 * rowid'),
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
        plain('reward_key', '2 * rowid + 1'),
        name('session_id', event('session_id')),
        name('scope', literal('event')),
        plain('event_key', event('event_id')),
        plain('message_key', event('message_id')),
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

function timestepRead(tables: TableColumns): TableRead {
  const has = picker(tables, 'session_timesteps');
  return {
    stage: 'timesteps',
    table: 'timesteps',
    from: 'session_timesteps',
    isSmall: false,
    fields: [
      plain('step_key', 'rowid'),
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

function eventRead(tables: TableColumns): TableRead {
  const records = picker(tables, 'events')('call_records');
  return {
    stage: 'events',
    table: 'events',
    from: 'events',
    isSmall: false,
    fields: eventFields(tables, records),
    simple: { when: `${records} IS NULL`, fields: eventFields(tables, 'NULL') },
  };
}

/** Most events have no call records: their fields need no JSON. */
function eventFields(tables: TableColumns, records: string): Field[] {
  const has = picker(tables, 'events');
  const first = (path: string) =>
    ifRecords(records, `iif(json_valid(${records}), json_extract(${records}, '$[0].${path}'), NULL)`);
  const usage = (column: string) => ifRecords(records, sumOfRecords(records, column));
  const cost = usage('cost_usd');
  const cents = has('cost_cents', 'cost_usd');
  const dollars = has('cost');
  const kind = has('event_type');
  const isKnown = `${kind} IN ('cais', 'environment', 'runtime')`;
  return [
    plain('event_key', 'rowid'),
    name('session_id', has('session_id')),
    plain('step_key', has('timestep_id')),
    name('event_type', `iif(${isKnown}, ${kind}, 'other')`),
    name('name', `iif(${isKnown}, NULL, ${kind})`),
    name('system_id', has('system_instance_id')),
    name('occurred_at', either(time(has('event_time')), has('created_at'))),
    plain('sequence', has('message_time')),
    name('model', either(has('model_name'), first('model_name'))),
    name('provider', either(has('provider'), first('provider'))),
    plain('input_tokens', either(has('input_tokens', 'prompt_tokens'), usage('input_tokens'))),
    plain('output_tokens', either(has('output_tokens', 'completion_tokens'), usage('output_tokens'))),
    plain('total_tokens', either(has('total_tokens'), usage('total_tokens'))),
    plain('cache_read_tokens', usage('cache_read_tokens')),
    plain('cache_write_tokens', usage('cache_write_tokens')),
    plain('reasoning_tokens', usage('reasoning_tokens')),
    plain('cost_usd', either(exact(cost), exact(dollars), centsAsDollars(cents))),
    name(
      'cost_basis',
      `CASE WHEN ${either(cost, dollars)} IS NOT NULL THEN 'reported'
        WHEN ${cents} IS NOT NULL THEN 'reported_rounded' WHEN ${kind} = 'cais' THEN 'unpriced' END`,
    ),
    plain('latency_ms', exact(has('latency_ms'))),
    name('span_id', has('span_id')),
    name('trace_id', has('trace_id')),
    plain('reward', exact(has('reward'))),
    plain('terminated', has('terminated')),
    plain('truncated', has('truncated')),
    text('error', either(ifRecords(records, firstRecordError(records)), member(has('metadata'), 'error'))),
  ];
}

function messageRead(tables: TableColumns): TableRead {
  const has = picker(tables, 'messages');
  const role = has('message_type', 'role');
  return {
    stage: 'messages',
    table: 'messages',
    from: 'messages',
    isSmall: false,
    fields: [
      plain('message_key', 'rowid'),
      name('session_id', has('session_id')),
      plain('step_key', has('timestep_id')),
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

function payloadRead(tables: TableColumns): TableRead {
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
      plain('event_key', 'rowid'),
      name('session_id', has('session_id')),
      text('call_records', has('call_records')),
      text('state_before', states[0] ?? 'NULL'),
      text('state_after', states[1] ?? 'NULL'),
      text('metadata', metadata),
    ],
  };
}

/** The first of the names that the table has, quoted; NULL when it has none. */
function picker(tables: TableColumns, table: string): (...names: string[]) => string {
  const columns = tables.get(table);
  return (...names) => {
    const found = names.find((name) => columns?.has(name) === true);
    return found === undefined ? 'NULL' : `"${found}"`;
  };
}

/** A member of a JSON object; the text search in front spares the parser nearly every row. */
function member(json: string, ...names: string[]): string {
  if (json === 'NULL') return json;
  const tries = names.map(
    (name) =>
      `iif(instr(${json}, '"${name}"') > 0 AND json_valid(${json}), json_extract(${json}, '$.${name}'), NULL)`,
  );
  return tries.length === 1 ? tries.join('') : `coalesce(${tries.join(', ')})`;
}

/** The first value that is known; what can only be NULL is left out. */
function either(...values: string[]): string {
  const known = values.filter((value) => value !== 'NULL');
  return known.length > 1 ? `coalesce(${known.join(', ')})` : (known[0] ?? 'NULL');
}

function ifRecords(records: string, sql: string): string {
  return records === 'NULL' ? 'NULL' : sql;
}

/** Nearly every call has one record: the loop is for the others. */
function sumOfRecords(records: string, name: string): string {
  return `CASE WHEN NOT json_valid(${records}) THEN NULL WHEN json_array_length(${records}) = 1
    THEN json_extract(${records}, '$[0].usage.${name}')
    ELSE (SELECT sum(json_extract(value, '$.usage.${name}')) FROM json_each(${records}) WHERE type = 'object') END`;
}

function firstRecordError(records: string): string {
  return `iif(instr(${records}, '"error"') > 0 AND json_valid(${records}), (SELECT json_extract(value, '$.error') FROM json_each(${records})
    WHERE type = 'object' AND json_extract(value, '$.error') IS NOT NULL LIMIT 1), NULL)`;
}
