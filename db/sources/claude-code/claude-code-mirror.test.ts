import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type Workspace } from '../../analytics/workspace';

const signal = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-code-mirror-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';

function lines(session: string, answers: readonly string[]): string {
  return answers
    .flatMap((id, index) => {
      const at = { sessionId: session, cwd: '/work/shop', timestamp: `2025-10-01T08:00:${10 + 2 * index}Z` };
      const content = [{ type: 'tool_use', id: `tool_${id}`, name: 'Bash', input: { command: id } }];
      const usage = {
        input_tokens: 100,
        output_tokens: 10,
        cache_read_input_tokens: 1_000,
        cache_creation_input_tokens: 0,
      };
      return [
        { ...at, type: 'user', uuid: `u${id}`, message: { role: 'user', content: `Do ${id}` } },
        {
          ...at,
          type: 'assistant',
          uuid: `a${id}`,
          requestId: `r${id}`,
          message: { id, role: 'assistant', model: 'claude-sonnet-4-5', content, usage },
        },
      ];
    })
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

async function figures(workspace: Workspace): Promise<unknown> {
  const connection = await workspace.connect();
  const result = await connection.runAndReadAll(
    `SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM timesteps), (SELECT count(*) FROM messages),
      count(*) FILTER (event_type = 'cais'), sum(output_tokens), round(sum(cost_usd), 6) FROM events`,
  );
  connection.closeSync();
  return result.getRowsJson()[0];
}

describe('Claude Code logs in the workspace', () => {
  it('count each call once as logs grow and sessions are resumed into new ones', async () => {
    const project = join(folder, 'projects', '-work-shop');
    await mkdir(project, { recursive: true });
    const first = join(project, `${A}.jsonl`);
    await writeFile(first, lines(A, ['m1', 'm2']));
    await using workspace = await openWorkspace({ cacheFolder: join(folder, 'cache') });
    const [opened] = await workspace.open([{ kind: 'path', path: join(folder, 'projects') }], signal);
    await workspace.settled(signal);
    expect(opened?.failure).toBeNull();
    // Sonnet 4.5 at list price: 100 input, 1,000 cached, 10 output a call.
    const call = (100 * 3 + 1_000 * 0.3 + 10 * 15) / 1e6;
    expect(await figures(workspace)).toEqual(['1', '2', '2', '2', '20', Number((2 * call).toFixed(6))]);

    await writeFile(join(project, `${B}.jsonl`), lines(B, ['m1', 'm2', 'm3']));
    await workspace.refresh(opened?.sourceIds[0] ?? '');
    await workspace.settled(signal);
    expect(await figures(workspace)).toEqual(['2', '5', '5', '3', '30', Number((3 * call).toFixed(6))]);

    await appendFile(first, lines(A, ['m4']));
    await workspace.refresh(opened?.sourceIds[0] ?? '');
    await workspace.settled(signal);
    expect(await figures(workspace)).toEqual(['2', '6', '6', '4', '40', Number((4 * call).toFixed(6))]);
  });
});
