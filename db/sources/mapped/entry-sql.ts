import { literal } from '../../duckdb';
import type { EntryOptions, PlacedEntry } from './mapped-format';

/**
 * What each kind of entry becomes, over the fields of its table. The SQL is made of our own words and numbers, and one text, the name of the
 * file, as a literal: a view takes no parameters.
 */

/** A row's number, unique among the rows of all entries and in the order of the file. */
export function keySql({ nth }: PlacedEntry, { count }: EntryOptions, table = ''): string {
  return `${table}row_key * ${count} + ${nth}`;
}

/** The session of a row: named, or the whole file. A span belongs to its trace. */
export function sessionSql({ entry }: PlacedEntry, { file }: EntryOptions, table = ''): string {
  const named = entry.fields.session !== undefined;
  if (named) return `${table}session`;
  return entry.kind === 'span' ? `${table}trace_id` : literal(file);
}

/** How a row names its step. */
export function stepSql({ entry }: PlacedEntry, table = ''): string {
  if (entry.kind === 'step' && entry.fields.step === undefined) return `CAST(${table}step_index AS VARCHAR)`;
  return `${table}step`;
}

const isCall =
  'coalesce(p.model, CAST(coalesce(p.input_tokens, p.output_tokens, p.total_tokens) AS VARCHAR), CAST(p.cost AS VARCHAR)) IS NOT NULL';

function joinedSql(entry: PlacedEntry, options: EntryOptions): string {
  return `FROM ${options.from} p LEFT JOIN memory.main.step_links s ON s.session_id = ${sessionSql(entry, options, 'p.')} AND s.step = p.step
    WHERE ${sessionSql(entry, options, 'p.')} IS NOT NULL`;
}

export function eventsSql(entry: PlacedEntry, options: EntryOptions): string {
  const kind =
    entry.entry.fields.event_type === undefined
      ? `CASE WHEN ${isCall} THEN 'cais' ELSE 'other' END`
      : `coalesce(p.event_type, 'other')`;
  return `SELECT ${keySql(entry, options, 'p.')} AS event_key, ${sessionSql(entry, options, 'p.')} AS session_id, s.step_key, ${kind} AS event_type,
    coalesce(p.name, CASE WHEN p.event_type = 'other' THEN p.text_event_type END) AS name, p.system AS system_id, p.occurred_at,
    coalesce(p.sequence, ${keySql(entry, options, 'p.')}) AS sequence, p.model, p.provider, p.input_tokens, p.output_tokens,
    coalesce(p.total_tokens, p.input_tokens + p.output_tokens) AS total_tokens, p.cache_read_tokens, p.cache_write_tokens, p.reasoning_tokens,
    p.cost AS cost_usd,
    CASE WHEN p.cost IS NOT NULL THEN CASE WHEN p.is_whole_cost THEN 'reported_rounded' ELSE 'reported' END WHEN ${kind} = 'cais' THEN 'unpriced' END AS cost_basis,
    p.latency AS latency_ms, p.span_id, p.trace_id, p.reward, p.terminated, p.truncated, nullif(p.error, '') AS error
    ${joinedSql(entry, options)}${saysSomethingSql(entry, 'p.')}`;
}

/** A row that is no event (a message beside calls, in one table) has nothing in any field that speaks of one. */
function saysSomethingSql({ entry }: PlacedEntry, table = ''): string {
  const places = new Set(['session', 'step', 'occurred_at', 'sequence', 'system', 'trace_id']);
  const speaking = Object.entries(entry.fields).filter(
    ([name, field]) => !places.has(name) && 'column' in field,
  );
  if (speaking.length === 0) return '';
  return ` AND NOT (${speaking.map(([name]) => `${table}text_${name} IS NULL`).join(' AND ')})`;
}

export function payloadsSql(entry: PlacedEntry, options: EntryOptions): string {
  return `SELECT ${keySql(entry, options)} AS event_key, ${sessionSql(entry, options)} AS session_id, rest AS metadata
    FROM ${options.from} WHERE rest IS NOT NULL AND ${sessionSql(entry, options)} IS NOT NULL${saysSomethingSql(entry)}`;
}

export function messagesSql(entry: PlacedEntry, options: EntryOptions): string {
  return `SELECT ${keySql(entry, options, 'p.')} AS message_key, ${sessionSql(entry, options, 'p.')} AS session_id, s.step_key,
    coalesce(p.role, 'other') AS role, coalesce(p.author, CASE WHEN p.role = 'other' THEN p.text_role END) AS author, p.content,
    p.occurred_at, coalesce(p.sequence, ${keySql(entry, options, 'p.')}) AS sequence, p.rest AS metadata
    ${joinedSql(entry, options)} AND p.content IS NOT NULL`;
}

export function spansSql(entry: PlacedEntry, options: EntryOptions): string {
  return `SELECT trace_id, span_id, parent_span_id, ${sessionSql(entry, options)} AS session_id, service_name, name, kind,
    epoch_ns(start_time) AS start_ns, epoch_ns(end_time) AS end_ns, start_time, end_time, status_code, status_message,
    coalesce(attributes, rest) AS attributes_json
    FROM ${options.from} WHERE trace_id IS NOT NULL AND span_id IS NOT NULL AND ${sessionSql(entry, options)} IS NOT NULL`;
}
