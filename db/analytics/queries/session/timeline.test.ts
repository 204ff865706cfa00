import { expect, test } from 'vitest';
import { ConnectionPool } from '../../../duckdb';
import { openFixture } from '../fixture';
import { timelineBars } from './chart-statements';

const steps = 1_000;
/** A step a second, each half a second long, with a call in its middle; the last one failed. */
const long = `
INSERT INTO sessions (source_id, session_id, kind, status) VALUES ('a', 'long', 'session', 'completed');
INSERT INTO timesteps (source_id, step_key, session_id, step_index, started_at, completed_at)
  SELECT 'a', i, 'long', i, TIMESTAMP '2026-01-01' + to_seconds(i), TIMESTAMP '2026-01-01' + to_milliseconds(i * 1000 + 500) FROM range(${steps}) t(i);
INSERT INTO events (source_id, event_key, session_id, step_key, event_type, system_id, occurred_at, latency_ms, error)
  SELECT 'a', i, 'long', i, 'cais', 'agent', TIMESTAMP '2026-01-01' + to_milliseconds(i * 1000 + 250), 100, CASE WHEN i = ${steps - 1} THEN 'failed' END
  FROM range(${steps}) t(i);
`;
const place = { source_id: 'a', session_no: 1n };

test('bars of a long session that begin close together are one, and come apart in a narrower span', async () => {
  await using workspace = await openFixture(long);
  await using pool = new ConnectionPool(() => workspace.connect());
  const whole = await pool.run(timelineBars, { ...place, from_ms: null, to_ms: null, limit: 100 });
  expect(whole.length).toBeGreaterThan(50);
  expect(whole.length).toBeLessThanOrEqual(102);
  expect(whole.reduce((sum, { bars }) => sum + (bars ?? 0), 0)).toBe(2 * steps);
  // Both lanes to their ends, none over the next of its lane.
  for (const name of ['steps', 'system:agent']) {
    const lane = whole.filter((bar) => bar.lane === name);
    expect(lane.reduce((sum, { bars }) => sum + (bars ?? 0), 0)).toBe(steps);
    expect(lane[0]).toMatchObject({ start_ms: name === 'steps' ? 0 : 250, error: false });
    lane.slice(1).forEach((bar, at) => {
      const before = lane[at];
      expect((before?.start_ms ?? 0) + (before?.duration_ms ?? 0)).toBeLessThanOrEqual(bar.start_ms ?? 0);
    });
    expect(lane.at(-1)?.error).toBe(name !== 'steps');
  }

  const span = await pool.run(timelineBars, { ...place, from_ms: 500_000, to_ms: 509_900, limit: 100 });
  expect(span.every(({ bars, timed }) => bars === 1 && timed === 2 * steps)).toBe(true);
  expect(span.filter(({ kind }) => kind === 'step').map(({ key }) => Number(key))).toEqual([
    500, 501, 502, 503, 504, 505, 506, 507, 508, 509,
  ]);
});

/** Three steps of a second each. `at`: when their call of 0.8 s is said to have been, from the step's start on, in ms. */
const recorded = (at: number) => `
INSERT INTO sessions (source_id, session_id, kind, status) VALUES ('a', 'calls', 'session', 'completed');
INSERT INTO timesteps (source_id, step_key, session_id, step_index, started_at, completed_at)
  SELECT 'a', i, 'calls', i, TIMESTAMP '2026-01-01' + to_seconds(i), TIMESTAMP '2026-01-01' + to_seconds(i + 1) FROM range(3) t(i);
INSERT INTO events (source_id, event_key, session_id, step_key, event_type, system_id, occurred_at, latency_ms)
  SELECT 'a', i, 'calls', i, 'cais', 'agent', TIMESTAMP '2026-01-01' + to_milliseconds(i * 1000 + ${at}), 800 FROM range(3) t(i);
INSERT INTO events (source_id, event_key, session_id, step_key, event_type, system_id, occurred_at, latency_ms) VALUES
  ('a', 9, 'calls', 2, 'environment', 'world', TIMESTAMP '2026-01-01 00:00:02.950', 10),
  ('a', 10, 'calls', 2, 'runtime', 'tools', TIMESTAMP '2026-01-01 00:00:02.960', NULL);
`;

test.each([
  { said: 'ends', at: 900, starts: [100, 1_100, 2_100, 2_940, 2_960] },
  { said: 'beginnings', at: 100, starts: [100, 1_100, 2_100, 2_950, 2_960] },
])(
  'a bar lies where its call was when the times of a session are the $said of its calls',
  async ({ at, starts }) => {
    await using workspace = await openFixture(recorded(at));
    await using pool = new ConnectionPool(() => workspace.connect());
    const bars = await pool.run(timelineBars, { ...place, from_ms: null, to_ms: null, limit: 100 });
    const events = bars.filter(({ kind }) => kind !== 'step');
    expect(events.map(({ start_ms }) => start_ms)).toEqual(starts);
  },
);
