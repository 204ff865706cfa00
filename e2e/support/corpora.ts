/** The files that specs open: made once a run of the suite, never written to by it. */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'libsql';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '../..');
const madeFolder = join(root, 'dist/e2e-data');
const corpusSql = join(root, 'e2e/data/corpus-v3.sql');

export const pidginFolder = join(root, 'e2e/data/pidgin');

/** A tracing v3 database of so many sessions. S is 200. */
export function corpus(sessions: number): string {
  const sql = readFileSync(corpusSql, 'utf8');
  const version = createHash('sha1').update(sql).digest('hex').slice(0, 8);
  const path = join(madeFolder, `corpus-${sessions}-${version}.db`);
  if (existsSync(path)) return path;
  mkdirSync(madeFolder, { recursive: true });
  // Beside and renamed: two workers may make it at once.
  const beside = `${path}.${process.pid}`;
  const database = new Database(beside);
  database.exec(`CREATE TEMP TABLE cfg AS SELECT ${Math.trunc(sessions)} AS sessions`);
  database.exec(sql);
  database.exec('PRAGMA journal_mode=DELETE');
  database.close();
  renameSync(beside, path);
  return path;
}

export function corpusS(): string {
  return corpus(200);
}

const rawRow = z.record(z.string(), z.unknown());
const askedRow = z.record(z.string(), z.union([z.number(), z.string(), z.null()]));

/** What SQLite itself says: the figures that the screens are compared with. */
export function ask(path: string, sql: string, ...values: string[]): z.infer<typeof askedRow> {
  const database = new Database(path, { readonly: true });
  try {
    // The driver adds how long it took.
    const { _metadata, ...row } = rawRow.parse(database.prepare(sql).get(values));
    return askedRow.parse(row);
  } finally {
    database.close();
  }
}

/** Files that are no trace, each damaged in its own way. */
export const badFiles = {
  missing: (folder: string) => join(folder, 'missing.db'),
  empty: (folder: string) => written(join(folder, 'empty.db'), ''),
  truncated: (folder: string) => {
    const path = join(folder, 'truncated.db');
    copyFileSync(corpus(20), path);
    truncateSync(path, 20_000);
    return path;
  },
  picture: (folder: string) =>
    written(
      join(folder, 'picture.png'),
      Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(500, 7)]),
    ),
  text: (folder: string) => written(join(folder, 'notes.txt'), 'Nothing here is a trace.\n'.repeat(40)),
  foreign: (folder: string) => {
    const path = join(folder, 'recipes.db');
    const database = new Database(path);
    database.exec(
      'CREATE TABLE recipes(id INTEGER PRIMARY KEY, title TEXT); INSERT INTO recipes(title) VALUES (1)',
    );
    database.close();
    return path;
  },
  withoutData: (folder: string) => {
    const path = join(folder, 'store');
    mkdirSync(join(path, 'dbs/default'), { recursive: true });
    writeFileSync(join(path, '.version'), '0.24');
    return path;
  },
} as const;

function written(path: string, content: string | Buffer): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A folder as agents leave it: a database, runs of which one was cut into, notes, and a database that is damaged. */
export function makeMixedFolder(folder: string): string {
  const mixed = join(folder, 'mixed');
  mkdirSync(mixed);
  copyFileSync(corpus(20), join(mixed, 'agent.db'));
  copyFileSync(corpus(20), join(mixed, 'cut.db'));
  truncateSync(join(mixed, 'cut.db'), 60);
  cpSync(pidginFolder, join(mixed, 'runs'), { recursive: true });
  writeFileSync(join(mixed, 'notes.txt'), 'remember the milk\n');
  const run = join(mixed, 'runs', readdirSync(join(mixed, 'runs')).sort()[0] ?? '');
  const events = join(run, readdirSync(run).find((name) => name.endsWith('events.jsonl')) ?? '');
  const lines = readFileSync(events, 'utf8').split('\n');
  lines.splice(3, 0, 'this line is no event at all');
  writeFileSync(events, lines.join('\n'));
  return mixed;
}

/** The file and what lies beside it, as one hash. */
export function hashOf(path: string): string {
  const hash = createHash('sha256');
  for (const suffix of ['', '-wal', '-shm']) {
    const part = `${path}${suffix}`;
    hash.update(`${suffix}:`).update(existsSync(part) ? readFileSync(part) : 'none');
  }
  return hash.digest('hex');
}

export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}
