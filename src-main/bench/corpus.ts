import { spawnSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import libsql from 'libsql';
import corpusSql from './corpus-v3.sql?raw';

/** Corpus M: made once in the cache folder, by sqlite3 where it is installed, else by libsql. */
export function makeCorpus(folder: string, sessions: number): string {
  const path = join(folder, `corpus-${sessions}.db`);
  if (existsSync(path)) return path;
  const partial = `${path}.partial`;
  const configuration = `CREATE TEMP TABLE cfg AS SELECT ${sessions} AS sessions;`;
  const made = spawnSync('sqlite3', [partial], { input: `${configuration}\n${corpusSql}` });
  if (made.status !== 0) {
    const database = new libsql(partial);
    database.exec(configuration);
    database.exec(corpusSql);
    database.close();
  }
  renameSync(partial, path);
  return path;
}

/** Milliseconds that `sqlite3 -csv` needs to dump the tables (C of the design); undefined without sqlite3. */
export function dumpWithSqlite(path: string): number | undefined {
  const tables = [
    'session_traces',
    'session_timesteps',
    'events',
    'messages',
    'outcome_rewards',
    'event_rewards',
  ];
  const started = performance.now();
  for (const table of tables) {
    const done = spawnSync('sqlite3', ['-readonly', '-csv', path, `SELECT * FROM ${table}`], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    if (done.status !== 0) return undefined;
  }
  return performance.now() - started;
}
