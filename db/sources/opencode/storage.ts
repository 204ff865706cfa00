import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isJson, type Json, parsedJson, textOf } from '../agent-session';
import type { Skip } from './database';
import { aboutSession, type OpenCodeMessage, type OpenCodeSession } from './records';

/** Where the JSON files of a storage folder lie: below `session/<project>`, or, in the first versions, below `session/info`. */
export interface Storage {
  readonly sessions: readonly string[];
  readonly messagesOf: (session: string) => string;
  readonly partsOf: (session: string, message: string) => string;
}

/** Undefined: the folder is none of OpenCode's. `storage` itself, or the folder that holds it. */
export async function findStorage(folder: string): Promise<Storage | undefined> {
  for (const root of [folder, join(folder, 'storage')]) {
    const [sessions, messages] = await Promise.all([
      filesBelow(join(root, 'session')),
      namesIn(join(root, 'message')),
    ]);
    const later = sessions.filter((path) => /[\\/]ses_\w+\.json$/.test(path));
    if (later.length > 0 && messages.some((name) => name.startsWith('ses_')))
      return {
        sessions: later,
        messagesOf: (session) => join(root, 'message', session),
        partsOf: (_session, message) => join(root, 'part', message),
      };
    const first = (await namesIn(join(root, 'session', 'info'))).filter((name) =>
      /^ses_\w+\.json$/.test(name),
    );
    if (first.length > 0)
      return {
        sessions: first.map((name) => join(root, 'session', 'info', name)),
        messagesOf: (session) => join(root, 'session', 'message', session),
        partsOf: (session, message) => join(root, 'session', 'part', session, message),
      };
  }
  return undefined;
}

/** The sessions of a storage folder, oldest first: their names run backwards with time. */
export async function* sessionsOf(
  storage: Storage,
  { signal, skip }: { readonly signal: AbortSignal; readonly skip: Skip },
): AsyncGenerator<OpenCodeSession, void, void> {
  const oldestFirst = [...storage.sessions].sort((a, b) => (basename(a) < basename(b) ? 1 : -1));
  for (const path of oldestFirst) {
    signal.throwIfAborted();
    const info = await jsonIn(path, skip);
    const id = textOf(info?.id);
    if (info === undefined || id === null) continue;
    yield { ...aboutSession(info), id, messages: await messagesIn(storage, id, skip) };
  }
}

async function messagesIn(storage: Storage, session: string, skip: Skip): Promise<OpenCodeMessage[]> {
  const folder = storage.messagesOf(session);
  const messages: OpenCodeMessage[] = [];
  // Names grow with time.
  for (const name of (await namesIn(folder)).filter((one) => one.endsWith('.json'))) {
    const info = await jsonIn(join(folder, name), skip);
    if (info === undefined) continue;
    const id = textOf(info.id) ?? name.replace(/\.json$/, '');
    const partFolder = storage.partsOf(session, id);
    const parts: Json[] = [];
    for (const part of (await namesIn(partFolder)).filter((one) => one.endsWith('.json'))) {
      const value = await jsonIn(join(partFolder, part), skip);
      if (value !== undefined) parts.push(value);
    }
    messages.push({ id, info, parts });
  }
  return messages;
}

async function jsonIn(path: string, skip: Skip): Promise<Json | undefined> {
  const value = parsedJson(await readFile(path, 'utf8').catch(() => ''));
  if (isJson(value)) return value;
  skip(path, 'The file holds no JSON object.');
  return undefined;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(folder)) {
    if (name === 'info' || name === 'message' || name === 'part') continue;
    for (const file of await namesIn(join(folder, name))) found.push(join(folder, name, file));
  }
  return found;
}
