import { expect, test, vi } from 'vitest';
import { runStore } from '../../store';
import { connect, temporaryFolder } from '../../store/testing';
import { SessionTracer } from '../session-tracer';
import { removeDemo } from './remove-demo';
import { writeDemo } from './write-demo';

// On a machine that is busy with other things a store answers late.
vi.setConfig({ testTimeout: 180_000 });

test('the demo has the variety that the screens need, and is the same for the same seed and end', async () => {
  using folder = temporaryFolder();
  using second = temporaryFolder();
  const endAt = new Date('2026-06-01T12:00:00Z');
  const write = async (dir: string) => {
    await using store = await runStore({ dir, port: 0, environment: {} });
    using client = connect(store);
    await writeDemo(store, { endAt, sessions: 120 });
    const list = async (sql: string) => (await client.execute(sql)).rows.map((row) => ({ ...row }));
    return {
      counts:
        await list(`SELECT (SELECT count(*) FROM session_traces) AS sessions, (SELECT count(DISTINCT model_name) FROM events) AS models,
        (SELECT count(DISTINCT date(created_at)) FROM session_traces) AS days, (SELECT count(*) FROM experiments) AS experiments,
        (SELECT count(DISTINCT provider) FROM events) AS providers, (SELECT max(created_at) FROM events) <= '2026-06-01 12:10' AS in_time`),
      unpriced: await list(
        'SELECT DISTINCT model_name FROM events WHERE cost_usd IS NULL AND total_tokens > 0',
      ),
      cents: await list(
        'SELECT count(*) > 0 AS some FROM events WHERE cost_usd = 0 AND total_tokens > 0 AND call_records IS NULL',
      ),
      errors: await list(
        `SELECT count(*) > 0 AS some FROM session_traces WHERE metadata->>'status' = 'error'`,
      ),
      running: await list(
        `SELECT count(*) > 0 AS some FROM session_traces WHERE metadata->>'status' = 'running'`,
      ),
      wrong:
        await list(`SELECT count(*) AS n FROM session_traces s WHERE num_events != (SELECT count(*) FROM events e WHERE e.session_id = s.session_id)
        OR num_messages != (SELECT count(*) FROM messages m WHERE m.session_id = s.session_id)`),
      sum: await list(
        'SELECT sum(total_tokens) AS tokens, max(span_id) AS span, max(session_id) AS session, sum(length(content)) AS text FROM events, (SELECT content FROM messages LIMIT 50)',
      ),
    };
  };
  const first = await write(folder.path);
  expect(first.counts).toMatchObject([
    { sessions: 120, models: 6, experiments: 7, providers: 5, in_time: 1 },
  ]);
  expect(Number(first.counts[0]?.days)).toBeGreaterThanOrEqual(6);
  expect(first.unpriced).toEqual([{ model_name: 'osprey-24b-crafter-ft' }]);
  for (const some of [first.cents, first.errors, first.running]) expect(some).toEqual([{ some: 1 }]);
  expect(first.wrong).toEqual([{ n: 0 }]);
  expect(await write(second.path)).toEqual(first);
});

test('the demo can be taken away again, and nothing else goes with it', async () => {
  using folder = temporaryFolder();
  await using store = await runStore({ dir: folder.path, port: 0, environment: {} });
  using client = connect(store);
  await writeDemo(store, { endAt: new Date('2026-06-01T12:00:00Z'), sessions: 12 });
  {
    await using tracer = await SessionTracer.open({ ...store, spoolDir: null });
    using session = tracer.session({ id: 'own', title: 'Own' });
    session.recordMessage({ role: 'user', content: 'Stays' });
  }
  const { signal } = new AbortController();
  expect(await removeDemo(store, signal)).toBe(12);
  expect(await removeDemo(store, signal)).toBe(0);
  const { rows } = await client.execute(
    `SELECT (SELECT group_concat(session_id) FROM session_traces) AS sessions, (SELECT count(*) FROM messages) AS messages,
     (SELECT count(*) FROM events) + (SELECT count(*) FROM session_timesteps) + (SELECT count(*) FROM event_rewards) AS rest`,
  );
  expect(rows.map((row) => ({ ...row }))).toEqual([{ sessions: 'own', messages: 1, rest: 0 }]);
});
