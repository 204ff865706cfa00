import { basename } from 'node:path';
import {
  type FieldType,
  fieldsOf,
  type MappedColumn,
  type MappedField,
  type Mapping,
  type MappingEntry,
  type MappingKind,
  type MappingUnit,
  mappingFormat,
  mappingVersion,
} from '../../model';
import { fieldNames, kindNames, replyNames, requestNames, snakeName } from './names';
import { type Survey, type SurveyedColumn, type SurveyedTable, schemaOf } from './survey';
import { isTime } from './survey-file';

/** What the tables of a file most likely are, by the names of their tables and columns and by what stands in them. */
export function proposeMapping(survey: Survey): Mapping {
  const sessionTables = survey.tables.filter((table) => hintOf(table) === 'session').map(({ name }) => name);
  const entries = survey.tables.flatMap((table, at) =>
    repeats(table, survey.tables.slice(0, at))
      ? []
      : entriesOf(table, { isOnly: survey.tables.length === 1, sessionTables }),
  );
  return {
    format: mappingFormat,
    version: mappingVersion,
    name: basename(survey.path)
      .replace(/\.(?:gz|zst)$/i, '')
      .replace(/\.[^.]+$/, ''),
    schema: schemaOf(survey),
    entries,
  };
}

/** A view of another table, or its copy: its rows would count twice. */
function repeats({ columns }: SurveyedTable, others: readonly SurveyedTable[]): boolean {
  if (columns.every(({ samples }) => samples.length === 0)) return false;
  const own = JSON.stringify(columns);
  return others.some((other) => JSON.stringify(other.columns) === own);
}

interface Surroundings {
  readonly isOnly: boolean;
  readonly sessionTables: readonly string[];
}

function entriesOf(table: SurveyedTable, surroundings: Surroundings): MappingEntry[] {
  const entry = (kind: MappingKind, fields: Record<string, MappedField>): MappingEntry => ({
    table: table.name,
    kind,
    fields,
  });
  const fields = (kind: MappingKind) => fieldsFor(table, kind, surroundings);
  const hint = hintOf(table);
  const message = fields('message');
  const event = fields('event');
  const span = fields('span');
  const isCall = ['model', 'input_tokens', 'output_tokens', 'total_tokens', 'cost', 'latency'].some(
    (name) => name in event,
  );
  if (
    'trace_id' in span &&
    'span_id' in span &&
    (hint === 'span' || 'parent_span_id' in span || 'end_time' in span)
  )
    return [entry('span', span)];
  if ('content' in message && ('role' in message || hint === 'message'))
    return isCall ? [entry('message', message), entry('event', event)] : [entry('message', message)];
  const request = pairField(table, requestNames);
  const reply = pairField(table, replyNames);
  if (request !== undefined && reply !== undefined) {
    const { content: _content, role: _role, ...places } = message;
    return [
      entry('message', { ...places, role: { value: 'user' }, content: request }),
      ...(isCall ? [entry('event', event)] : []),
      entry('message', { ...places, role: { value: 'assistant' }, content: reply }),
    ];
  }
  const step = fields('step');
  const session = fields('session');
  if (hint === 'session' && 'session' in session) return [entry('session', session)];
  if (hint === 'step') return [entry('step', step)];
  if (isCall || hint === 'event' || 'event_type' in event) return [entry('event', event)];
  if (isOneRowASession(table, session) && !surroundings.isOnly) return [entry('session', session)];
  if ('step' in step && 'session' in step && 'reward' in step) return [entry('step', step)];
  if ('content' in message && 'session' in message) return [entry('message', message)];
  if (isOneRowASession(table, session)) return [entry('session', session)];
  return surroundings.isOnly ? [entry('event', event)] : [];
}

function hintOf({ name }: SurveyedTable): MappingKind | undefined {
  const words = snakeName(name).split('_');
  const last = words.at(-1) ?? '';
  return kindNames.find(([, names]) => names.includes(last) || names.includes(last.replace(/s$/, '')))?.[0];
}

/** Its session column is different in every row, and something is said of the session. */
function isOneRowASession(table: SurveyedTable, fields: Readonly<Record<string, MappedField>>): boolean {
  const { session } = fields;
  if (session === undefined || !('column' in session)) return false;
  const column = table.columns.find((one) => one.column === session.column && one.path.length === 0);
  const isUnique = column !== undefined && column.sampled > 1 && column.distinct === column.sampled;
  return isUnique && Object.keys(fields).length > 1;
}

function fieldsFor(
  table: SurveyedTable,
  kind: MappingKind,
  { sessionTables }: Surroundings,
): Record<string, MappedField> {
  const fields: Record<string, MappedField> = {};
  const taken = new Set<SurveyedColumn>();
  for (const [name, { type }] of fieldsOf(kind)) {
    let names = fieldNames(kind, name);
    if (name === 'session')
      names = [...names, ...sessionTables.flatMap((one) => [`${snakeName(one).replace(/s$/, '')}_id`])];
    const column = bestOf(table, { names, type, taken, isSession: name === 'session' && kind !== 'session' });
    if (column === undefined) continue;
    // A session's id may also be the trace of a span.
    if (name !== 'session' || kind !== 'span') taken.add(column);
    fields[name] = mapped(column, type);
  }
  return fields;
}

function pairField(table: SurveyedTable, names: readonly string[]): MappedColumn | undefined {
  const column = bestOf(table, { names, type: 'text', taken: new Set(), isSession: false });
  return column === undefined ||
    column.type === 'integer' ||
    column.type === 'number' ||
    column.type === 'object'
    ? undefined
    : mapped(column, 'text');
}

interface Wanted {
  readonly names: readonly string[];
  readonly type: FieldType;
  readonly taken: ReadonlySet<SurveyedColumn>;
  readonly isSession: boolean;
}

/** The column with the first of the names whose values are of the type. The shallowest path wins. */
function bestOf(table: SurveyedTable, { names, type, taken, isSession }: Wanted): SurveyedColumn | undefined {
  let best: { column: SurveyedColumn; rank: number } | undefined;
  for (const column of table.columns) {
    if (taken.has(column) || !fits(column, type)) continue;
    const parts = [column.column, ...column.path].map(snakeName);
    const place = rankOf(names, parts);
    if (place < 0) continue;
    // An id that is another in each row names no session of several rows.
    const isOdd = isSession && column.sampled > 3 && column.distinct === column.sampled;
    const isEmpty = column.sampled > 0 && column.nulls === column.sampled;
    const rank = place + column.path.length * 0.5 + (isOdd ? 100 : 0) + (isEmpty ? 200 : 0);
    if (rank < (best?.rank ?? Number.POSITIVE_INFINITY)) best = { column, rank };
  }
  return best?.column;
}

/** The column's own name, or its path written as one: `usage.prompt_tokens`, `message_content`. */
function rankOf(names: readonly string[], parts: readonly string[]): number {
  const own = names.indexOf(parts.at(-1) ?? '');
  return own >= 0 ? own : names.indexOf(parts.join('_'));
}

function fits(column: SurveyedColumn, type: FieldType): boolean {
  const { samples, type: found } = column;
  const all = (test: (value: string) => boolean) => samples.every((value) => value === '' || test(value));
  switch (type) {
    case 'integer':
      return all((value) => /^[+-]?\d+(?:\.0*)?$/.test(value.trim()));
    case 'number':
    case 'duration':
    case 'money':
      return all((value) => Number.isFinite(Number(value.replace(/^\$\s*/, ''))));
    case 'time':
      return all((value) => isTime(value) || Number(value) > 1e8);
    case 'boolean':
      return all((value) => /^(?:true|false|0|1)$/i.test(value));
    case 'role':
      return (
        column.distinct <= 12 && found !== 'object' && found !== 'array' && all((value) => value.length < 40)
      );
    case 'event':
    case 'status':
      return found !== 'object' && found !== 'array' && all((value) => value.length < 60);
    case 'text':
      return found !== 'object';
    case 'json':
      return true;
  }
}

function mapped({ column, path, samples }: SurveyedColumn, type: FieldType): MappedColumn {
  const name = snakeName([column, ...path].join('_'));
  const unit = unitOf(type, name, samples);
  return {
    column,
    ...(path.length === 0 ? {} : { path: [...path] }),
    ...(unit === undefined ? {} : { unit }),
  };
}

function unitOf(type: FieldType, name: string, samples: readonly string[]): MappingUnit | undefined {
  if (type === 'money') return /cent/.test(name) ? 'cents' : 'dollars';
  if (type !== 'duration') return undefined;
  const said =
    /(?:^|_)(ms|millis|milliseconds|us|micros|microseconds|ns|nanos|nanoseconds|s|secs?|seconds)$/.exec(
      name,
    )?.[1];
  if (said !== undefined) {
    if (said.startsWith('mi') && said.startsWith('mic')) return 'us';
    if (said.startsWith('m')) return 'ms';
    return said.startsWith('u') ? 'us' : said.startsWith('n') ? 'ns' : 's';
  }
  // Fractions of small figures are seconds.
  const figures = samples.map(Number).filter(Number.isFinite);
  return figures.length > 0 &&
    figures.every((one) => one < 100) &&
    figures.some((one) => !Number.isInteger(one))
    ? 's'
    : 'ms';
}
