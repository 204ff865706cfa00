import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../analytics/workspace';

const signal = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-mirror-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const meta = (id: string, from?: string) => ({
  type: 'session_meta',
  payload: { id, cwd: '/work/shop', forked_from_id: from },
});

/** Turns whose running totals go up by 100 in and 10 out. */
function turns(from: number, to: number): unknown[] {
  return Array.from({ length: to - from }, (_, index) => {
    const count = from + index + 1;
    const usage = (times: number) => ({
      input_tokens: 100 * times,
      output_tokens: 10 * times,
      total_tokens: 110 * times,
    });
    const said = (role: string, text: string) => ({
      type: 'response_item',
      payload: { type: 'message', role, content: [{ type: 'text', text }] },
    });
    const info = { total_token_usage: usage(count), last_token_usage: usage(1) };
    return [
      said('user', `Do ${count}`),
      said('assistant', `Done ${count}`),
      { type: 'event_msg', payload: { type: 'token_count', info } },
    ];
  }).flat();
}

function text(lines: readonly unknown[]): string {
  return lines
    .map((line) => `${JSON.stringify({ timestamp: '2025-11-01T09:00:00Z', ...Object(line) })}\n`)
    .join('');
}

async function figures(workspace: Workspace): Promise<unknown> {
  const connection = await workspace.connect();
  const result = await connection.runAndReadAll(
    "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM messages), count(*) FILTER (event_type = 'cais'), sum(output_tokens) FROM events",
  );
  connection.closeSync();
  return result.getRowsJson()[0];
}

describe('Codex rollouts in the workspace', () => {
  it('count each answer once as rollouts are forked and grow', async () => {
    const first = join(folder, 'rollout-a.jsonl');
    await writeFile(first, text([meta('a'), ...turns(0, 2)]));
    await using workspace = await openWorkspace({ cacheFolder: join(folder, '.cache') });
    const [opened] = await workspace.open([{ kind: 'path', path: folder }], signal);
    const again = async () => {
      await workspace.refresh(opened?.sourceIds[0] ?? '');
      await workspace.settled(signal);
      return figures(workspace);
    };
    await workspace.settled(signal);
    expect(await figures(workspace)).toEqual(['1', '4', '2', '20']);
    await writeFile(join(folder, 'rollout-b.jsonl'), text([meta('b', 'a'), meta('a'), ...turns(0, 3)]));
    expect(await again()).toEqual(['2', '10', '3', '30']);
    // A fork of the fork.
    await writeFile(join(folder, 'rollout-c.jsonl'), text([meta('c', 'b'), meta('b', 'a'), ...turns(0, 4)]));
    expect(await again()).toEqual(['3', '18', '4', '40']);
    await appendFile(first, text(turns(2, 4)));
    expect(await again()).toEqual(['3', '22', '6', '60']);
  });
});
