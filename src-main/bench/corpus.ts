import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'libsql';
import { dataRoot } from '../../db/runtime';
import corpusSql from '../../e2e/data/corpus-v3.sql?raw';

export const corpora = { S: 200, M: 20_000 } as const;
export type CorpusName = keyof typeof corpora;

/** The path of a corpus, made once and kept in the data folder. */
export function ensureCorpus(name: CorpusName, print: (line: string) => void): string {
  const folder = join(dataRoot(), 'bench');
  const file = join(folder, `corpus-${corpora[name]}.db`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  print(`Making corpus ${name} in ${file}`);
  const partial = `${file}.partial`;
  for (const suffix of ['', '-wal', '-shm']) rmSync(partial + suffix, { force: true });
  const size = `CREATE TEMP TABLE cfg AS SELECT ${corpora[name]} AS sessions`;
  if (hasSqlite()) {
    const { status, stderr } = spawnSync('sqlite3', [partial, '-cmd', size], {
      input: corpusSql,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`sqlite3 could not make the corpus: ${stderr}`);
  } else {
    const database = new Sqlite(partial);
    database.exec(size);
    database.exec(corpusSql);
    database.close();
  }
  for (const suffix of ['-wal', '-shm']) rmSync(partial + suffix, { force: true });
  renameSync(partial, file);
  return file;
}

export function hasSqlite(): boolean {
  return spawnSync('sqlite3', ['--version']).status === 0;
}
