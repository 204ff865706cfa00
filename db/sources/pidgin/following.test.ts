import {
  appendFile,
  mkdtemp,
  open as openFile,
  readFile,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../analytics/workspace';
import { rowsOf } from '../../testing/rows-of';
import { conversationOf, endOf, lineOf, startOf, turnOf } from './fixtures/lines';

const signal = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pidgin-following-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const COUNTS = `SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM timesteps), (SELECT count(*) FROM messages),
  (SELECT count(*) FROM events WHERE event_type = 'cais'), (SELECT count(*) FROM turn_metrics)`;

async function open(path: string): Promise<{ workspace: Workspace; sourceId: string } & AsyncDisposable> {
  const workspace = await openWorkspace({ cacheFolder: join(folder, 'cache') });
  const [opened] = await workspace.open([{ kind: 'path', path }], signal);
  await workspace.settled(signal);
  const sourceId = opened?.sourceIds[0] ?? '';
  return { workspace, sourceId, [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose]() };
}

/** Until the rows are as they should be; the watcher tells of changes, and nothing is asked again in between. */
async function until(workspace: Workspace, sql: string, expected: readonly string[]): Promise<void> {
  let wake: () => void = () => undefined;
  using _listening = workspace.onChange(() => wake());
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const [found] = await rowsOf(workspace, sql);
    if (JSON.stringify(found) === JSON.stringify(expected)) return;
    await changed;
  }
}

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('a conversation that is still being written', () => {
  it('is followed, its half-written line too', async () => {
    const path = join(folder, 'conv_1_events.jsonl');
    await writeFile(path, text(startOf('flat')));
    await using opened = await open(path);
    const { workspace, sourceId } = opened;
    await until(workspace, COUNTS, ['1', '0', '2', '0', '0']);
    expect(await rowsOf(workspace, 'SELECT status FROM sessions')).toEqual([['running']]);

    const turn = text(turnOf('flat', 0));
    const half = turn.length - 40;
    await appendFile(path, turn.slice(0, half));
    await until(workspace, COUNTS, ['1', '1', '4', '2', '1']);
    await workspace.settled(signal);
    expect(
      workspace.warnings(sourceId, { offset: 0, limit: 10 }).rows.map(({ message }) => message),
    ).toContain('The last line is cut off: it is read when it has been written to its end.');

    await appendFile(path, turn.slice(half));
    await appendFile(path, text([...turnOf('flat', 1), endOf('flat')]));
    await until(workspace, COUNTS, ['1', '2', '6', '4', '2']);
    await until(workspace, 'SELECT status FROM sessions', ['completed']);
    await workspace.settled(signal);
    expect(workspace.warnings(sourceId, { offset: 0, limit: 10 }).rows.map(({ count }) => count)).toEqual([
      4,
    ]);
    expect(workspace.files(sourceId, { offset: 0, limit: 10 }).rows).toMatchObject([
      { read: 19, skipped: 0 },
    ]);
  });

  it('is not read again from its beginning when it is long', async () => {
    const path = join(folder, 'conv_1_events.jsonl');
    const padding = 'x'.repeat(5_000_000);
    const long = lineOf('flat', { type: 'RateLimitPaceEvent', time: '10:01:04', fields: { padding } });
    await writeFile(path, text([...startOf('flat'), ...turnOf('flat', 0), ...turnOf('flat', 1).slice(0, 3)]));
    await appendFile(path, `no JSON\n${long}\n{"half`);
    await using opened = await open(path);
    const { workspace, sourceId } = opened;
    await until(workspace, COUNTS, ['1', '2', '5', '3', '2']);
    // What stands before is not looked at again: were it read, the other words would show.
    const changed = await openFile(path, 'r+');
    await changed.write(Buffer.from('Turn 7'), 0, 6, (await readFile(path)).indexOf('Turn 0', 1_100));
    await changed.close();
    await appendFile(path, `": 1}\n${text(turnOf('flat', 1).slice(3))}`);
    await until(workspace, COUNTS, ['1', '2', '6', '4', '2']);
    await workspace.settled(signal);
    expect(await rowsOf(workspace, "SELECT count(*) FROM messages WHERE content LIKE 'Turn 7%'")).toEqual([
      ['0'],
    ]);
    const { rows: warnings } = workspace.warnings(sourceId, { offset: 0, limit: 10 });
    const said = warnings.map(({ at, count }) => [at.replace('conv_1_events.jsonl:', ''), count]);
    expect(said.sort()).toEqual([
      ['14', 1],
      ['16', 1],
      ['message.timestamp', 4],
    ]);
    expect(workspace.files(sourceId, { offset: 0, limit: 10 }).rows).toMatchObject([
      { read: 19, skipped: 2 },
    ]);
  });

  it('is read anew when another file takes its place, and away when none does', async () => {
    const path = join(folder, 'conv_1_events.jsonl');
    await writeFile(path, text(conversationOf('flat', 2)));
    await using opened = await open(path);
    const { workspace, sourceId } = opened;
    await until(workspace, COUNTS, ['1', '2', '6', '4', '2']);
    const other = join(folder, 'other');
    await writeFile(other, text(conversationOf('newest', 3, 'conv_2')));
    await rename(other, path);
    await workspace.refresh(sourceId);
    expect(await rowsOf(workspace, COUNTS)).toEqual([['1', '3', '8', '6', '3']]);
    expect(await rowsOf(workspace, 'SELECT session_id FROM sessions')).toEqual([['conv_2']]);
    await rm(path);
    await workspace.refresh(sourceId);
    await workspace.settled(signal);
    expect(workspace.state().sources).toMatchObject([{ state: 'away', error: { code: 'SOURCE_NOT_FOUND' } }]);
    expect(await rowsOf(workspace, COUNTS)).toEqual([['1', '3', '8', '6', '3']]);
  });

  it('is looked at once more when its file has come to rest', async () => {
    const path = join(folder, 'conv_1_events.jsonl');
    await writeFile(path, text(startOf('flat')));
    {
      await using opened = await open(path);
      expect(await rowsOf(opened.workspace, 'SELECT status FROM sessions')).toEqual([['running']]);
      const old = new Date('2026-02-04T00:00:00Z');
      await utimes(path, old, old);
    }
    await using again = await open(path);
    expect(await rowsOf(again.workspace, 'SELECT status FROM sessions')).toEqual([['unknown']]);
    expect(await rowsOf(again.workspace, COUNTS)).toEqual([['1', '0', '2', '0', '0']]);
  });
});
