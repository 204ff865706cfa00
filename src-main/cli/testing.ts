import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entryPath } from '../../db/runtime';
import corpusSql from '../../e2e/data/corpus-v3.sql?raw';

/** For tests: a folder that goes with its scope. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'stepscope-cli-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** For tests: starts the built command with a data folder of its own. */
export function startCli(home: string, parameters: readonly string[]): ChildProcess {
  return spawn(process.execPath, [entryPath('cli'), ...parameters], {
    env: { PATH: process.env.PATH ?? '', STEPSCOPE_HOME: home, STEPSCOPE_DEMO: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function runCli(home: string, ...parameters: readonly string[]): Promise<Ended> {
  return untilEnd(startCli(home, parameters));
}

export async function untilEnd(child: ChildProcess): Promise<Ended> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

/** Corpus S (or smaller) as `sqlite3` makes it. */
export function makeCorpus(file: string, sessions = 200): void {
  const { status, stderr } = spawnSync('sqlite3', [file], {
    input: `CREATE TEMP TABLE cfg AS SELECT ${sessions} AS sessions;\n${corpusSql}`,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`sqlite3 failed: ${stderr}`);
}

/** One row of `sqlite3`, as text. */
export function askSqlite(file: string, sql: string): string[] {
  const { stdout } = spawnSync('sqlite3', ['-readonly', '-separator', '\t', file, sql], { encoding: 'utf8' });
  return stdout.trim().split('\t');
}
