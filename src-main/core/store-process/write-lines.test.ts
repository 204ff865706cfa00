import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runStore } from '../../../db/store';
import { connect, temporaryFolder } from '../../../db/store/testing';
import { writeLinesOf } from '../../../src-renderer/store/write-lines';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../../..');

/** A project of somebody else, that has installed Stepscope. */
function makeProject(folder: string): string {
  const packages = join(folder, 'project/node_modules');
  mkdirSync(join(packages, '@libsql'), { recursive: true });
  symlinkSync(repository, join(packages, 'stepscope'));
  symlinkSync(join(repository, 'node_modules/@libsql/client'), join(packages, '@libsql/client'));
  return join(folder, 'project');
}

const ways = {
  typescript: ['node', 'lines.mjs'],
  client: ['node', 'lines.mjs'],
  python: ['python3', 'lines.py'],
  http: ['sh', 'lines.sh'],
} as const;

test('the lines that the Store screen shows write into the store as they are', async () => {
  using folder = temporaryFolder();
  await using store = await runStore({ dir: join(folder.path, 'store'), port: 0 });
  const project = makeProject(folder.path);
  using client = connect(store);
  let written = 0;
  for (const { id, code } of writeLinesOf(store.url, store.token)) {
    if (id === 'environment') continue;
    const [program, name] = ways[id];
    writeFileSync(join(project, name), code);
    const { stdout } = await run(program, [name], { cwd: project });
    expect(stdout).not.toContain('"error"');
    const { rows } = await client.execute(
      "SELECT count(*) AS n, min(metadata ->> 'title') AS title FROM session_traces",
    );
    written += 1;
    expect([id, rows[0]?.n, rows[0]?.title]).toEqual([id, written, 'First trace']);
  }
  const { rows } = await client.execute('SELECT event_type, model_name, input_tokens FROM events');
  expect(rows).toMatchObject([{ event_type: 'cais', model_name: 'gpt-5-nano', input_tokens: 812 }]);
});
