import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ExpectedError } from '../../model';
import { lookAt } from '../place';
import type { RowReader } from '../row-reader';
import { sqliteFile } from '../sqlite';
import { readTables, type TableColumns } from '../tracing-v3/schema';
import type { SourceFormat, TraceSource } from '../types';
import { type DatabaseShape, sessionsIn } from './database';
import { OpenCodeSource } from './source';
import sessionIdsSql from './sql/session-ids.sql?raw';
import { findStorage, type Storage, sessionsOf } from './storage';

/** OpenCode: its SQLite database of both lines (Go, and Crush after it; TypeScript), and the folder of JSON files it had between. */
export const opencode: SourceFormat = {
  name: 'opencode',
  async open(place, signal) {
    if (place.kind === 'folder') {
      if (!place.entries.some(({ name }) => name === 'session' || name === 'storage')) return undefined;
      const storage = await findStorage(place.path);
      return storage === undefined ? undefined : besideDatabases(place.path, storage, signal);
    }
    if (!isSqlite(place.head)) return undefined;
    const source = await openDatabase(place.path, signal);
    return source === undefined ? undefined : [source];
  },
};

const GO = {
  sessions: [
    'id',
    'parent_session_id',
    'title',
    'prompt_tokens',
    'completion_tokens',
    'cost',
    'created_at',
    'updated_at',
  ],
  messages: ['id', 'session_id', 'role', 'parts', 'model', 'created_at', 'finished_at'],
};
const LATER = {
  session: ['id', 'parent_id', 'project_id', 'directory', 'title', 'version', 'time_created', 'time_updated'],
};
const PARTS = {
  message: ['id', 'session_id', 'time_created', 'data'],
  part: ['id', 'message_id', 'session_id', 'data'],
};
const WHOLE = { session_message: ['id', 'session_id', 'type', 'time_created', 'data'] };
const TOTALS = {
  session: [
    'cost',
    'tokens_input',
    'tokens_output',
    'tokens_reasoning',
    'tokens_cache_read',
    'tokens_cache_write',
  ],
};

function shapeOf(tables: TableColumns): DatabaseShape | undefined {
  const has = (wanted: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(wanted).every(([table, columns]) =>
      columns.every((column) => tables.get(table)?.has(column) === true),
    );
  const hasParts = has(PARTS);
  const hasWhole = has(WHOLE) && (!hasParts || has({ message: ['time_updated'] }));
  if (has(LATER) && (hasParts || hasWhole))
    return { dialect: 'sqlite', hasParts, hasWhole, hasTotals: has(TOTALS) };
  return has(GO) ? { dialect: 'go', hasParts: false, hasWhole: false, hasTotals: false } : undefined;
}

async function openDatabase(path: string, signal: AbortSignal): Promise<TraceSource | undefined> {
  const file = sqliteFile(path);
  let reader = await file.open(signal);
  let shape: DatabaseShape | undefined;
  try {
    shape = shapeOf(await readTables(reader, signal));
  } finally {
    if (shape === undefined) await reader[Symbol.asyncDispose]();
  }
  if (shape === undefined) return undefined;
  const found = shape;
  let stamp = await file.stamp();
  /** An opening that sees no later change is made again when the file has moved on. */
  const follow = async (now: AbortSignal): Promise<RowReader> => {
    const current = await file.stamp();
    if (reader.isAlive && current === stamp) return reader;
    await reader[Symbol.asyncDispose]();
    reader = await file.open(now);
    stamp = current;
    return reader;
  };
  return new OpenCodeSource({
    dialect: found.dialect,
    location: path,
    watched: file.watched,
    stamp: file.stamp,
    async *sessions({ signal: now, skip }) {
      yield* sessionsIn(found, { reader: await follow(now), signal: now, skip });
    },
    close: async () => {
      await reader[Symbol.asyncDispose]();
    },
  });
}

/** Versions with a database took the files of the storage folder into it and left them: what it holds is read from there alone. */
async function besideDatabases(path: string, storage: Storage, signal: AbortSignal): Promise<TraceSource[]> {
  const databases: TraceSource[] = [];
  const known = new Set<string>();
  for (const name of (await readdir(path)).filter((one) => /^opencode.*\.db$/.test(one)).sort()) {
    const file = join(path, name);
    const place = await lookAt(file);
    if (!isSqlite(place.head)) continue;
    const source = await openDatabase(file, signal);
    if (source === undefined) continue;
    databases.push(source);
    for (const id of await sessionIdsIn(file, signal)) known.add(id);
  }
  const isRest = (session: string) => !known.has(basename(session, '.json'));
  const rest = storage.sessions.some(isRest) ? [storageSource(path, storage, isRest)] : [];
  return [...databases, ...rest];
}

async function sessionIdsIn(path: string, signal: AbortSignal): Promise<string[]> {
  await using reader = await sqliteFile(path).open(signal);
  const tables = await readTables(reader, signal);
  if (shapeOf(tables)?.dialect !== 'sqlite') return [];
  return (await reader.rows(sessionIdsSql, [], signal)).map(([id]) => String(id));
}

function isSqlite(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 16)).toString('latin1') === 'SQLite format 3\0';
}

function storageSource(path: string, first: Storage, isRead: (session: string) => boolean): TraceSource {
  const read = (storage: Storage): Storage => ({ ...storage, sessions: storage.sessions.filter(isRead) });
  return new OpenCodeSource({
    dialect: 'json',
    location: path,
    watched: [],
    watchedFolders: [...new Set(first.sessions.map((session) => dirname(session)))],
    stamp: () => storageStamp(path),
    async *sessions(reading) {
      yield* sessionsOf(read((await findStorage(path)) ?? first), reading);
    },
    close: async () => undefined,
  });
}

/** A session's file is written again with each of its messages. */
async function storageStamp(path: string): Promise<string> {
  const storage = await findStorage(path);
  if (storage === undefined) {
    throw new ExpectedError('SOURCE_NOT_FOUND', `${path} holds no sessions of OpenCode any more.`, {
      path,
      action: 'Put it back, or close the source.',
    });
  }
  const stamps = await Promise.all(
    storage.sessions.map(async (session) => {
      const found = await stat(session).catch(() => undefined);
      return `${session}:${found?.size ?? 0}:${found?.mtimeMs ?? 0}`;
    }),
  );
  return stamps.join('\n');
}
