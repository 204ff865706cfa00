import { expect, test } from 'vitest';
import { z } from 'zod';
import { openFixture } from '../../../db/analytics/queries/fixture';
import { ConnectionPool, statement } from '../../../db/duckdb';
import referenceSql from './transcript-order.reference.sql?raw';
import { readOrder } from './transcript-orders';

const reference = statement({
  name: 'test.order',
  sql: referenceSql,
  params: z.object({ source_id: z.string(), session_no: z.bigint() }),
  row: z.object({ item: z.string(), key: z.bigint().nullable(), stepKey: z.bigint().nullable() }),
});

const SESSIONS = 40;

/** A number under $most for a row, NULL for every seventh; few values, so that most rows are equal to others in something. */
const some = (salt: string, most: number) =>
  `CASE WHEN hash(range, '${salt}') % 7 = 0 THEN NULL ELSE (hash(range, '${salt}', 1) % ${most})::INTEGER END`;
const at = (salt: string) => `TIMESTAMP '2026-01-01' + INTERVAL 1 SECOND * (${some(salt, 4)})`;
const sessionOf = (salt: string) => `'s' || hash(range, '${salt}') % ${SESSIONS}`;

/** Sessions in which much happens at the same moment, names nothing, or names what is not there. */
const muddle = `
INSERT INTO sessions (source_id, session_id, kind, status) SELECT 'a', 's' || range, 'session', 'unknown' FROM range(${SESSIONS});
INSERT INTO timesteps (source_id, step_key, session_id, step_index, turn_number, started_at)
SELECT 'a', range, ${sessionOf('step')}, ${some('index', 4)}, ${some('turn', 3)}, ${at('start')} FROM range(200);
INSERT INTO events (source_id, event_key, session_id, step_key, event_type, occurred_at, sequence)
SELECT 'a', range, ${sessionOf('event')}, ${some('of', 200)}, ['cais', 'environment'][1 + range % 2], ${at('then')}, ${some('sequence', 3)}
FROM range(600);
INSERT INTO messages (source_id, message_key, session_id, step_key, role, content, occurred_at, sequence)
SELECT 'a', range, ${sessionOf('message')}, ${some('step of', 200)}, 'user', '', ${at('said')}, ${some('place', 3)} FROM range(400);
INSERT INTO rewards (source_id, reward_key, session_id, scope, event_key, message_key, turn_number, created_at)
SELECT 'a', range, ${sessionOf('reward')}, ['event', 'outcome'][1 + range % 2], ${some('for', 600)}, ${some('for what', 400)},
  ${some('in turn', 3)}, ${at('given')}
FROM range(300);
-- Rewards of an event or a message of their own session.
INSERT INTO rewards (source_id, reward_key, session_id, scope, event_key, created_at)
SELECT 'a', 1000 + event_key, session_id, 'event', event_key, NULL FROM events WHERE event_key % 5 = 0;
INSERT INTO rewards (source_id, reward_key, session_id, scope, message_key, turn_number)
SELECT 'a', 2000 + message_key, session_id, 'event', message_key, 1 FROM messages WHERE message_key % 5 = 0`;

test('the order of a transcript is the one that SQL says, whatever is unknown or equal', async () => {
  await using workspace = await openFixture(muddle);
  await using pool = new ConnectionPool(() => workspace.connect());
  let compared = 0;
  for (let number = 1; number <= SESSIONS; number += 1) {
    const place = { source_id: 'a', session_no: BigInt(number) };
    const wanted = await pool.run(reference, place);
    const order = await readOrder(pool, place);
    const items = order.slice(0, order.length);
    expect(items).toEqual(wanted);
    for (const [position, { item, key }] of items.entries())
      if (key !== null) expect(order.positionOf(item, key)).toBe(position);
    expect(order.headPositions()).toEqual(
      items.flatMap(({ item }, position) => (item === 'step' ? [position] : [])),
    );
    compared += wanted.length;
  }
  expect(compared).toBeGreaterThan(1_500);
});

test('what stands under a step is counted, and each event of the environment knows the one before it', async () => {
  await using workspace = await openFixture();
  await using pool = new ConnectionPool(() => workspace.connect());
  const order = await readOrder(pool, { source_id: 'a', session_no: 1n });
  expect(order.countsOf(11n)).toEqual({ events: 3, messages: 2 });
  expect(order.countsOf(null)).toEqual({ events: 1, messages: 1 });
  expect(order.countsOf(99n)).toEqual({ events: 0, messages: 0 });
  expect([102n, 105n, 101n].map((key) => order.environmentBefore(key))).toEqual([null, 102n, null]);
  expect([102n, 101n].map((key) => order.isEnvironment(key))).toEqual([true, false]);
});
