import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace } from '../../analytics/workspace';
import { rowsOf } from '../../testing/rows-of';
import { agentTrace, request, span } from '../otlp/fixtures/traces';

const signal = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spans-mirror-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('traces in the workspace', () => {
  test('have tokens, times and a price', async () => {
    const file = join(folder, 'traces.json');
    await writeFile(file, JSON.stringify(request(agentTrace())));
    await using workspace = await openWorkspace({ cacheFolder: join(folder, 'cache') });
    await workspace.open([{ kind: 'path', path: file }], signal);
    await workspace.settled(signal);
    const stats =
      'SELECT steps, events, lm_calls, input_tokens, output_tokens, calls_priced, models, systems FROM session_stats';
    expect(await rowsOf(workspace, stats)).toEqual([[2, 4, 2, '250', '25', 2, ['gpt-4o-mini'], ['guide']]]);
    const times = `SELECT strftime(started_at, '%c'), epoch_ms(ended_at - started_at) FROM sessions`;
    expect(await rowsOf(workspace, times)).toEqual([['2026-01-01 00:00:00', '5000']]);
    const spans =
      'SELECT count(*), min(end_ns - start_ns), bool_and(epoch_ns(start_time) = start_ns) FROM spans';
    expect(await rowsOf(workspace, spans)).toEqual([['4', '1000000000', true]]);
  });

  test('whose file has grown are read again, each span once', async () => {
    const file = join(folder, 'traces.jsonl');
    const line = (spans: Parameters<typeof request>[0]) => `${JSON.stringify(request(spans))}\n`;
    await writeFile(file, line(agentTrace()));
    await using workspace = await openWorkspace({ cacheFolder: join(folder, 'cache') });
    const [opened] = await workspace.open([{ kind: 'path', path: file }], signal);
    await workspace.settled(signal);
    await appendFile(file, line([span(50, { trace: 'a'.repeat(32) })]));
    await workspace.refresh(opened?.sourceIds[0] ?? '');
    await workspace.settled(signal);
    const counts =
      'SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM events), (SELECT count(*) FROM messages), count(*), count(DISTINCT span_id) FROM spans';
    expect(await rowsOf(workspace, counts)).toEqual([['2', '4', '4', '5', '5']]);
  });
});
