import { appendFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
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

const ALL = `(SELECT count(*) FROM sessions), (SELECT count(*) FROM timesteps), (SELECT count(*) FROM messages),
  count(*) FILTER (event_type = 'cais'), sum(output_tokens), round(sum(cost_usd), 6)`;

async function figures(workspace: Workspace, columns = ALL): Promise<unknown> {
  const connection = await workspace.connect();
  const result = await connection.runAndReadAll(`SELECT ${columns} FROM events`);
  connection.closeSync();
  return result.getRowsJson()[0];
}

/** What `claude -p --output-format json` prints of a session, and a side call that no log tells. */
function resultOf(session: string): string {
  const took = (outputTokens: number, costUSD: number) => ({ inputTokens: 200, outputTokens, costUSD });
  return JSON.stringify({
    type: 'result',
    subtype: 'success',
    session_id: session,
    uuid: `result of ${session}`,
    total_cost_usd: 0.03,
    usage: { input_tokens: 200, output_tokens: 20 },
    modelUsage: { 'claude-sonnet-4-5': took(20, 0.02), 'claude-haiku-4-5': took(5, 0.01) },
  });
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

  it('count a printed result once beside the log of its session and beside its copy, whichever comes first', async () => {
    const taken = (workspace: Workspace) => figures(workspace, 'sum(input_tokens), sum(output_tokens)');
    const logs = join(folder, 'logs');
    await mkdir(logs);
    await writeFile(join(logs, 'result.json'), resultOf(A));
    await writeFile(join(logs, 'copy.json'), resultOf(A));
    await using workspace = await openWorkspace({ cacheFolder: join(folder, 'cache') });
    const [opened] = await workspace.open([{ kind: 'path', path: logs }], signal);
    await workspace.settled(signal);
    expect(await taken(workspace)).toEqual(['400', '25']);

    await writeFile(join(logs, `${A}.jsonl`), lines(A, ['m1', 'm2']));
    await workspace.refresh(opened?.sourceIds[0] ?? '');
    await workspace.settled(signal);
    expect(await taken(workspace)).toEqual(['200', '20']);

    // The newest is read first, but for a result.
    await utimes(join(logs, `${A}.jsonl`), 1_700_000_000, 1_700_000_000);
    await using fresh = await openWorkspace({ cacheFolder: join(folder, 'another-cache') });
    const [again] = await fresh.open([{ kind: 'path', path: logs }], signal);
    await fresh.settled(signal);
    expect(await taken(fresh)).toEqual(['200', '20']);
    const told = fresh.warnings(again?.sourceIds[0] ?? '', { offset: 0, limit: 10 });
    expect(JSON.stringify(told)).toContain('Results are of sessions whose logs are read too');
  });
});
