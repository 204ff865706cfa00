import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { exitCodes } from './exit-codes';
import { makeCorpus, runCli, startCli, temporaryFolder, untilEnd } from './testing';

// Each command is a process that loads DuckDB: seconds on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const folder = temporaryFolder();
const home = join(folder.path, 'home');
const at = (name: string) => join(folder.path, name);

beforeAll(() => {
  writeFileSync(at('empty.db'), '');
  writeFileSync(at('picture.db'), Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on', 'latin1'));
  mkdirSync(at('nothing'));
  writeFileSync(at('nothing/notes.txt'), 'No traces here.\n');
  writeFileSync(at('notes.txt'), 'These are notes, no traces.\n');
  makeCorpus(at('whole.db'), 20);
  makeCorpus(at('cut.db'), 20);
  truncateSync(at('cut.db'), 300_000);
  makeCorpus(at('head.db'), 2);
  truncateSync(at('head.db'), 60);
  mkdirSync(at('ruins'));
  for (const name of ['first.db', 'second.db']) copyFileSync(at('head.db'), at(`ruins/${name}`));
});
afterAll(() => folder[Symbol.dispose]());

test.each([
  ['missing.db', 'SOURCE_NOT_FOUND'],
  ['empty.db', 'FORMAT_UNKNOWN'],
  ['picture.db', 'FORMAT_UNKNOWN'],
  ['notes.txt', 'FORMAT_UNKNOWN'],
  ['nothing', 'FORMAT_UNKNOWN'],
  ['head.db', 'FORMAT_DAMAGED'],
  ['cut.db', 'FORMAT_DAMAGED'],
] as const)('%s ends every command that reads it with %s, one sentence that names it', async (name, code) => {
  for (const parameters of [
    ['info', at(name), '--json'],
    ['sessions', at(name)],
    ['query', at(name), 'SELECT 1'],
    ['export', at(name), at(`out-${name}`)],
  ]) {
    const ended = await runCli(home, ...parameters);
    expect({ parameters, code: ended.code }).toEqual({ parameters, code: exitCodes[code] });
    expect(ended.stderr).toMatch(new RegExp(`^${code}: .+\\n$`));
    expect(ended.stderr).toContain(at(name));
    expect(ended.stderr).not.toContain('    at ');
  }
});

test('a folder of which nothing opens tells each file, one a line', async () => {
  const { code, stdout, stderr } = await runCli(home, 'info', at('ruins'));
  expect({ code, stdout }).toEqual({ code: exitCodes.FORMAT_DAMAGED, stdout: '' });
  const lines = stderr.trimEnd().split('\n').sort();
  expect(lines).toEqual([
    expect.stringMatching(/^FORMAT_DAMAGED: .*ruins\/first\.db/),
    expect.stringMatching(/^FORMAT_DAMAGED: .*ruins\/second\.db/),
  ]);
});

test('a URL that refuses is STORE_UNAVAILABLE', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  const { code, stderr } = await runCli(home, 'info', `http://127.0.0.1:${port}`);
  expect(code).toBe(exitCodes.STORE_UNAVAILABLE);
  expect(stderr).toMatch(/^STORE_UNAVAILABLE: .+\n$/);
});

test('a reader that goes away early ends the command quietly', async () => {
  const child = startCli(home, ['query', at('whole.db'), 'SELECT * FROM range(50000000)', '--csv']);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
  child.stdout?.destroy();
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect({ code, said }).toEqual({ code: 0, said: '' });
});

test('Ctrl-C interrupts a running query at once', async () => {
  const sql = 'SELECT count(*) FROM range(10000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11';
  const child = startCli(home, [
    'query',
    at('whole.db'),
    `SELECT 'begun' UNION ALL ${sql.replace('count(*)', 'count(*)::VARCHAR')}`,
  ]);
  const ended = untilEnd(child);
  // No word tells when DuckDB has begun; a signal that comes before is the same to the user.
  setTimeout(() => child.kill('SIGINT'), 1_500);
  expect(await ended).toEqual({ code: 130, stdout: '', stderr: 'CANCELLED: Cancelled.\n' });
});

test('memory does not grow with the output', async () => {
  // 10 million rows are over 2 GB as objects, 300 MB as text.
  const sql = 'SELECT range, hash(range) FROM range(10000000)';
  const child = startCli(home, ['query', at('whole.db'), sql, '--csv']);
  let lines = 0;
  let mostMegabytes = 0;
  for await (const chunk of child.stdout ?? []) {
    lines += String(chunk).split('\n').length - 1;
    mostMegabytes = Math.max(mostMegabytes, residentMegabytes(child.pid ?? 0));
  }
  expect(lines).toBe(10_000_001);
  expect(mostMegabytes).toBeGreaterThan(0);
  expect(mostMegabytes).toBeLessThan(700);
});

function residentMegabytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

test('the README lists every error code with its exit code', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const listed = [...readme.matchAll(/^\| (\d+)(?:, \d+)? +\| `([A-Z_]+)` +\|/gm)].map(([, code, name]) => [
    name,
    Number(code),
  ]);
  expect(Object.fromEntries(listed)).toMatchObject(exitCodes);
});
