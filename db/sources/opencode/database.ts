import { isJson, type Json, parsedJson, textOf } from '../agent-session';
import type { RowReader } from '../row-reader';
import type { SqliteValue } from '../sqlite';
import { laterParts, resultsOf } from './go-parts';
import type { OpenCodeMessage, OpenCodeSession } from './records';
import { messageOf } from './session-messages';
import goMessagesSql from './sql/go-messages.sql?raw';
import goSessionsSql from './sql/go-sessions.sql?raw';
import lastChangeSql from './sql/last-change.sql?raw';
import messagesSql from './sql/messages.sql?raw';
import partsSql from './sql/parts.sql?raw';
import sessionMessagesSql from './sql/session-messages.sql?raw';
import sessionTotalsSql from './sql/session-totals.sql?raw';
import sessionsSql from './sql/sessions.sql?raw';
import { lastUsage, type StepUsage, stepUsage } from './tokens';

export type DatabaseDialect = 'go' | 'sqlite';

/** What a database of the TypeScript versions has, by its columns. */
export interface DatabaseShape {
  readonly dialect: DatabaseDialect;
  /** Messages and their parts. */
  readonly hasParts: boolean;
  /** Messages that are whole in their row. */
  readonly hasWhole: boolean;
  /** What a session took in all. */
  readonly hasTotals: boolean;
}

/** Where something did not become a row, and why. */
export type Skip = (at: string, reason: string) => void;

export interface DatabaseReading {
  readonly reader: RowReader;
  readonly signal: AbortSignal;
  readonly skip: Skip;
}

/** The sessions of a database one by one, oldest first. */
export async function* sessionsIn(
  shape: DatabaseShape,
  reading: DatabaseReading,
): AsyncGenerator<OpenCodeSession, void, void> {
  const { reader, signal } = reading;
  const isGo = shape.dialect === 'go';
  const rows = await reader.rows(isGo ? goSessionsSql : sessionsSql, [], signal);
  const ids = new Set(rows.map(([id]) => String(id)));
  for (const row of rows)
    yield isGo ? await goSession(row, ids, reading) : await laterSession(row, shape, reading);
}

async function laterSession(
  row: readonly SqliteValue[],
  shape: DatabaseShape,
  reading: DatabaseReading,
): Promise<OpenCodeSession> {
  const [id, parentId, projectId, directory, title, version, created, updated] = row.map(plain);
  const session = String(id);
  const messages = shape.hasParts ? await messagesWithParts(session, reading) : [];
  if (shape.hasWhole) messages.push(...(await wholeMessages(session, shape, reading)));
  return {
    id: session,
    parentId: textOf(parentId),
    title: textOf(title),
    directory: textOf(directory),
    created,
    updated,
    notes: { project_id: projectId, version },
    messages,
    totals: shape.hasTotals && !messages.some(isMeasured) ? await totalsOf(session, reading) : null,
  };
}

async function messagesWithParts(
  session: string,
  { reader, signal, skip }: DatabaseReading,
): Promise<OpenCodeMessage[]> {
  const parts = new Map<string, Json[]>();
  for (const [message, part, data] of await reader.rows(partsSql, [session], signal)) {
    const value = jsonOrSkip(data, `part ${String(part)}`, skip);
    if (value === undefined) continue;
    const known = parts.get(String(message));
    if (known === undefined) parts.set(String(message), [value]);
    else known.push(value);
  }
  const messages: OpenCodeMessage[] = [];
  for (const [message, data, time] of await reader.rows(messagesSql, [session], signal)) {
    const info = jsonOrSkip(data, `message ${String(message)}`, skip);
    if (info === undefined) continue;
    messages.push({
      id: String(message),
      info: { ...stamped(info, time), id: String(message) },
      parts: parts.get(String(message)) ?? [],
    });
  }
  return messages;
}

/** Versions between wrote both, so only what is later than all messages with parts is not told by those. */
async function wholeMessages(
  session: string,
  { hasParts }: DatabaseShape,
  { reader, signal, skip }: DatabaseReading,
): Promise<OpenCodeMessage[]> {
  const [last] = hasParts ? await reader.rows(lastChangeSql, [session], signal) : [];
  const told = last?.[0] ?? null;
  const messages: OpenCodeMessage[] = [];
  for (const [id, type, data, time] of await reader.rows(sessionMessagesSql, [session], signal)) {
    if (told !== null && Number(time) <= Number(told)) continue;
    const value = jsonOrSkip(data, `session_message ${String(id)}`, skip);
    if (value !== undefined)
      messages.push(messageOf({ id: String(id), type: String(type), data: stamped(value, time) }));
  }
  return messages;
}

function stamped(info: Json, time: SqliteValue | undefined): Json {
  return isJson(info.time) ? info : { ...info, time: { created: plain(time ?? null) } };
}

function isMeasured({ info, parts }: OpenCodeMessage): boolean {
  return info.role === 'assistant' && (isJson(info.tokens) || parts.some(({ tokens }) => isJson(tokens)));
}

async function totalsOf(session: string, { reader, signal }: DatabaseReading): Promise<StepUsage | null> {
  const [row] = await reader.rows(sessionTotalsSql, [session], signal);
  if (row === undefined) return null;
  const [cost, input, output, reasoning, read, write] = row.map(plain);
  return stepUsage({ cost, tokens: { input, output, reasoning, cache: { read, write } } }, null, null);
}

async function goSession(
  row: readonly SqliteValue[],
  ids: ReadonlySet<string>,
  reading: DatabaseReading,
): Promise<OpenCodeSession> {
  const [id, parentId, title, promptTokens, completionTokens, cost, created, updated] = row.map(plain);
  const { reader, signal, skip } = reading;
  const found = await reader.rows(goMessagesSql, [String(id)], signal);
  const contents = found.map((message) => {
    const parts = parsedJson(String(message[2] ?? ''));
    if (!Array.isArray(parts))
      skip(`message ${String(message[0])}`, 'The parts of the message are no JSON list.');
    return Array.isArray(parts) ? parts : [];
  });
  const results = resultsOf(contents);
  const messages = found.map((message, index): OpenCodeMessage => {
    const [messageId, role, , model, createdAt, finishedAt] = message.map(plain);
    const time = { created: millisecondsOf(createdAt), completed: millisecondsOf(finishedAt) };
    return {
      id: String(messageId),
      info: { id: messageId, role, modelID: model, time },
      parts: laterParts(contents[index] ?? [], results),
    };
  });
  const parent = textOf(parentId);
  return {
    id: String(id),
    parentId: parent,
    title: textOf(title),
    directory: null,
    created,
    updated,
    notes: {},
    messages,
    // A parent's cost has those of the sessions it started in it, as long as it is there.
    totals: lastUsage({
      promptTokens,
      completionTokens,
      costUsd: (parent === null || !ids.has(parent)) && typeof cost === 'number' ? cost : null,
    }),
  };
}

/** The schema says milliseconds; the versions that write seconds mean them too. */
function millisecondsOf(value: unknown): unknown {
  return typeof value === 'number' && value < 100_000_000_000 ? value * 1000 : value;
}

/** Every whole number comes as a bigint. */
function plain(value: SqliteValue): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value;
}

function jsonOrSkip(data: SqliteValue | undefined, at: string, skip: Skip): Json | undefined {
  const value = parsedJson(String(plain(data ?? null)));
  if (isJson(value)) return value;
  skip(at, 'The data is no JSON object.');
  return undefined;
}
