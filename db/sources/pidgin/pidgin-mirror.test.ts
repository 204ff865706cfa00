import { appendFile, cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openWorkspace } from '../../analytics/workspace';
import { rollingMean } from '../../model';
import { allRuns, carriedRuns, hasAllRuns } from '../../testing/pidgin-runs';
import { rowsOf } from '../../testing/rows-of';

const signal = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pidgin-mirror-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a folder of Pidgin runs in the workspace', () => {
  it('shows its conversations, tokens and equal scores', async () => {
    await using workspace = await openWorkspace({ cacheFolder: join(folder, 'cache') });
    const [opened] = await workspace.open(
      [{ kind: 'path', path: hasAllRuns ? join(allRuns, 'experiments') : carriedRuns }],
      signal,
    );
    await workspace.settled(signal);
    expect(opened?.failure).toBeNull();
    expect(workspace.state().sources[0]).toMatchObject({
      state: 'ready',
      sessions: hasAllRuns ? 38 : 3,
      error: null,
    });
    const scores =
      'SELECT count(*), count(*) FILTER (convergence_score = convergence_recorded) FROM turn_metrics';
    expect(await rowsOf(workspace, scores)).toEqual([hasAllRuns ? ['101', '101'] : ['12', '12']]);
    const rolling = `SELECT session_id, convergence_score, AVG(convergence_score) OVER (PARTITION BY session_id ORDER BY turn_number
      ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) FROM turn_metrics ORDER BY session_id, turn_number`;
    const turns = z
      .array(z.tuple([z.string(), z.number(), z.number()]))
      .parse(await rowsOf(workspace, rolling));
    const means = [...new Set(turns.map(([session]) => session))].flatMap((session) => {
      const own = turns.filter(([id]) => id === session);
      return rollingMean(
        own.map(([, score]) => score),
        5,
      );
    });
    expect(means).toHaveLength(hasAllRuns ? 101 : 12);
    for (const [at, mean] of means.entries()) expect(mean).toBeCloseTo(turns[at]?.[2] ?? Number.NaN, 12);
    const stats = 'SELECT sum(steps), sum(lm_calls), sum(input_tokens) FROM session_stats';
    const events = `SELECT (SELECT count(*) FROM timesteps), count(*), sum(input_tokens) FROM events WHERE event_type = 'cais'`;
    expect(await rowsOf(workspace, stats)).toEqual(await rowsOf(workspace, events));
  });

  it('reads a file that has grown again, each row once', async () => {
    const runs = join(folder, 'runs');
    await cp(join(carriedRuns, 'spiral-wave_0fb03bd2'), runs, { recursive: true });
    await using workspace = await openWorkspace({ cacheFolder: join(folder, 'cache') });
    const [opened] = await workspace.open([{ kind: 'path', path: runs }], signal);
    await workspace.settled(signal);
    const all =
      'SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM messages), (SELECT count(*) FROM turn_metrics), count(*) FROM events';
    const [before] = await rowsOf(workspace, all);
    const name = (await readdir(runs)).find((file) => file.endsWith('.jsonl')) ?? '';
    const line = {
      event_type: 'APIErrorEvent',
      timestamp: '2025-08-09T00:00:00+00:00',
      error_message: 'overloaded',
    };
    await appendFile(join(runs, name), `${JSON.stringify(line)}\n`);
    await workspace.refresh(opened?.sourceIds[0] ?? '');
    await workspace.settled(signal);
    const [after] = await rowsOf(workspace, all);
    const [sessions, messages, metrics, events] = Array.isArray(before) ? before.map(Number) : [];
    expect(after).toEqual([sessions, messages, metrics, (events ?? 0) + 1].map(String));
    expect(await rowsOf(workspace, 'SELECT error FROM events WHERE error IS NOT NULL')).toEqual([
      ['overloaded'],
    ]);
  });
});
