import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionTablesOfV3 } from '../../model';
import { losingProxy } from '../testing';
import { openTraceStorage, type TraceStorage } from './storage';
import { type Backend, backends, sampleTrace } from './testing';
import { type SessionTraceInput, sessionTrace } from './trace';

const at = '2026-03-04 05:06:07.089000';

describe.each(Object.entries(backends))('a storage on %s', (_name, start) => {
  let backend: Backend;
  let storage: TraceStorage;
  beforeAll(async () => {
    backend = await start();
    storage = openTraceStorage(backend.target);
    await storage.initialize();
    await storage.ensureExperiment({ experiment_id: 'e', name: 'first', created_at: at });
  });
  afterAll(async () => {
    await storage.close();
    await backend[Symbol.asyncDispose]();
  });

  /** Every column of every row but the ids that the database gives and the session's own. */
  const rowsOf = async (sessionId: string) => {
    const all: Record<string, unknown> = {};
    for (const table of sessionTablesOfV3) {
      const { columns, rows } = await storage.query(
        `SELECT *, rowid AS place FROM ${table} WHERE session_id = ?1 ORDER BY place`,
        [sessionId],
      );
      all[table] = rows.map((row) =>
        columns
          .map((column, index) => [column, row[index]])
          .filter(
            ([column]) => !/^(id|session_id|timestep_id|event_id|message_id|place)$/.test(String(column)),
          ),
      );
    }
    const names = await storage.query(
      `SELECT (SELECT step_id FROM session_timesteps WHERE id = timestep_id) FROM events WHERE session_id = ?1 ORDER BY id`,
      [sessionId],
    );
    const named = await storage.query(
      `SELECT event.span_id, event.event_type, message.content FROM event_rewards AS reward JOIN events AS event ON event.id = event_id
        LEFT JOIN messages AS message ON message.id = message_id WHERE reward.session_id = ?1 ORDER BY reward.id`,
      [sessionId],
    );
    return { ...all, steps: names.rows, rewarded: named.rows };
  };

  test('is brought up to date once, and again without a change', async () => {
    const schema = () => storage.query('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name');
    const before = await schema();
    await storage.initialize();
    expect(await schema()).toEqual(before);
    expect(before.rows.map((row) => row[1])).toContain('session_traces');
  });

  test('gives back a whole session as it was written', async () => {
    const written = sampleTrace('whole', 'e');
    await storage.insertSessionTrace(written);
    expect(await storage.getSessionTrace('whole')).toEqual(sessionTrace.parse(written));
    await expect(storage.getSessionTrace('nobody')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  test('writes a session row by row as it writes it whole', async () => {
    await storage.insertSessionTrace(sampleTrace('at once', 'e'));
    await writeByRow(storage, sampleTrace('by row', 'e'));
    const byRow = await rowsOf('by row');
    expect(byRow).toEqual(await rowsOf('at once'));
    expect(byRow.rewarded).toEqual([
      ['span-2', 'environment', ''],
      ['span-1', 'cais', null],
    ]);
  });

  test('writes what is there not again, however it is written a second time', async () => {
    await storage.insertSessionTrace(sampleTrace('twice', 'e'));
    const once = await rowsOf('twice');
    await storage.insertSessionTrace(sampleTrace('twice', 'e'));
    await writeByRow(storage, sampleTrace('twice', 'e'));
    expect(await rowsOf('twice')).toEqual(once);
  });

  test('completes a session of which a part was written', async () => {
    const whole = sampleTrace('part', 'e');
    await storage.insertSessionTrace({
      ...whole,
      session: { ...whole.session, metadata: null, experiment_id: null },
      timesteps: whole.timesteps.slice(0, 1),
      events: whole.events.slice(0, 1),
      messages: whole.messages.slice(0, 1),
      outcome_rewards: [],
      event_rewards: [],
    });
    await storage.insertSessionTrace(whole);
    expect(await storage.getSessionTrace('part')).toEqual(sessionTrace.parse(whole));
  });

  test('finds events and messages again that nobody gave a key', async () => {
    const bare: SessionTraceInput = {
      session: { session_id: 'bare', created_at: at },
      timesteps: [],
      events: [{ event_type: 'runtime' }, { event_type: 'runtime' }],
      messages: [
        { message_type: 'user', content: 'again' },
        { message_type: 'user', content: 'again' },
      ],
      outcome_rewards: [],
      event_rewards: [{ event_index: 1, message_index: 1, reward_value: 1, created_at: at }],
    };
    await storage.insertSessionTrace(bare);
    await storage.insertSessionTrace(bare);
    const read = await storage.getSessionTrace('bare');
    expect(read.events).toHaveLength(2);
    expect(read.messages.map((each) => each.message_time)).toEqual([0, 1]);
    expect(read.event_rewards).toMatchObject([{ event_index: 1, message_index: 1 }]);
  });

  test('answers queries with exact values, bound parameters and no more rows than asked', async () => {
    const big = 9_007_199_254_740_993n;
    expect(await storage.query('SELECT ?1 AS big, 1, NULL, 0.5, ?2 AS text;', [big, "it's"])).toEqual({
      columns: ['big', '1', 'NULL', '0.5', 'text'],
      rows: [[big, 1n, null, 0.5, "it's"]],
      hasMore: false,
    });
    const three = 'WITH n(i) AS (VALUES (1), (2), (3)) SELECT i FROM n ORDER BY i DESC';
    expect(await storage.query(three, [], { maxRows: 2 })).toEqual({
      columns: ['i'],
      rows: [[3n], [2n]],
      hasMore: true,
    });
  });

  test('refuses a query that is not one SELECT, and runs none of it', async () => {
    await storage.insertSessionTrace(sampleTrace('kept'));
    const refused = [
      "DELETE FROM messages WHERE session_id = 'kept'",
      "WITH x AS (SELECT 1) DELETE FROM messages WHERE session_id = 'kept' RETURNING id",
      "SELECT 1; DELETE FROM messages WHERE session_id = 'kept'",
      "SELECT 1) ; DELETE FROM messages WHERE session_id = 'kept' --",
      'PRAGMA user_version = 5',
      'SELEC 1',
      'SELECT nothing FROM nowhere',
      '',
    ];
    for (const sql of refused)
      await expect(storage.query(sql), sql).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    expect((await storage.getSessionTrace('kept')).messages).toHaveLength(3);
  });

  test('sums models and experiments as the views do, with exact dollars', async () => {
    await storage.ensureSystem({
      system_id: 's',
      name: 'agent',
      versions: [{ version_id: 's@1', version_number: '1' }],
    });
    await storage.ensureExperiment({
      experiment_id: 'sums',
      name: 'second',
      created_at: at,
      systems: [{ system_id: 's', version_id: 's@1' }],
    });
    await storage.insertSessionTrace(sampleTrace('sum 1', 'sums'));
    await storage.insertSessionTrace(sampleTrace('sum 2', 'sums'));
    expect(await storage.modelUsage({ experimentId: 'sums' })).toEqual([
      {
        model_name: 'gpt-5',
        provider: 'openai',
        usage_count: 4,
        total_input_tokens: 1_644,
        total_output_tokens: 128,
        total_tokens: 1_752,
        total_cost_usd: expect.closeTo(0.1484, 10),
        calls_rounded: 2,
        calls_unpriced: 0,
        avg_latency_ms: 1_000,
        first_used: at,
        last_used: at,
      },
    ]);
    expect(await storage.experimentSummary({ experimentId: 'sums' })).toEqual([
      {
        experiment_id: 'sums',
        name: 'second',
        description: null,
        created_at: at,
        session_count: 2,
        total_events: 8,
        total_messages: 6,
        avg_timesteps_per_session: 3,
        total_cost_usd: expect.closeTo(0.1484, 10),
        calls_rounded: 2,
        calls_unpriced: 0,
      },
    ]);
    const view = async (name: string) => {
      const { columns, rows } = await storage.query(`SELECT * FROM ${name}`);
      return rows.map((row) =>
        Object.fromEntries(
          columns.flatMap((column, index) => {
            const value = row[index];
            return column === 'total_cost_usd'
              ? []
              : [[column, typeof value === 'bigint' ? Number(value) : value]];
          }),
        ),
      );
    };
    expect(await storage.modelUsage()).toMatchObject(await view('model_usage_stats'));
    const overview = await view('experiment_overview');
    const summaries = await storage.experimentSummary();
    expect(summaries.map((each) => each.experiment_id).sort()).toEqual(['e', 'sums']);
    for (const row of overview)
      expect(summaries.find((each) => each.experiment_id === row.experiment_id)).toMatchObject(row);
  });

  test('removes a session with everything that names it', async () => {
    await storage.insertSessionTrace(sampleTrace('stays', 'e'));
    await storage.insertSessionTrace(sampleTrace('goes', 'e'));
    const stays = await rowsOf('stays');
    const named = await storage.query(
      "SELECT m.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' AND c.name = 'session_id' ORDER BY 1",
    );
    expect(named.rows.flat()).toEqual([...sessionTablesOfV3].sort());
    expect(await storage.deleteSession('goes')).toBe(true);
    expect(await storage.deleteSession('goes')).toBe(false);
    for (const table of sessionTablesOfV3)
      expect((await storage.query(`SELECT 1 FROM ${table} WHERE session_id = 'goes'`)).rows, table).toEqual(
        [],
      );
    expect(await rowsOf('stays')).toEqual(stays);
    expect((await storage.query('SELECT * FROM pragma_foreign_key_check')).rows).toEqual([]);
    await storage.insertSessionTrace(sampleTrace('goes', 'e'));
    expect(await storage.getSessionTrace('goes')).toEqual(sessionTrace.parse(sampleTrace('goes', 'e')));
  });

  test('says what is missing of a row that belongs to nothing', async () => {
    const event = storage.insertEvent('nobody', { event_type: 'runtime' });
    await expect(event).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    const session = storage.ensureSession({ session_id: 'x', created_at: at, experiment_id: 'nobody' });
    await expect(session).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  test('keeps a session that is larger than an answer may be, and a text that was cut in the middle of a sign', async () => {
    const long = 'x'.repeat(600_000);
    const id = randomUUID();
    await storage.insertSessionTrace({
      session: { session_id: id, created_at: at, metadata: 'cut \ud83e' },
      timesteps: [],
      events: [],
      messages: Array.from({ length: 20 }, (_, index) => ({
        message_type: 'assistant' as const,
        content: `${index} ${long}`,
        message_time: index,
      })),
      outcome_rewards: [],
      event_rewards: [],
    });
    const read = await storage.getSessionTrace(id);
    expect(read.messages.map((each) => Number.parseInt(each.content, 10))).toEqual([...Array(20).keys()]);
    expect(read.session).toMatchObject({ num_messages: 20, metadata: 'cut \ufffd' });
  });
});

test('a storage whose answers are lost writes each row once', async () => {
  const start = backends['bundled sqld, through the gate'];
  if (start === undefined) throw new Error('no such backend');
  await using backend = await start();
  await using proxy = await losingProxy(backend.target.url);
  await using storage = openTraceStorage({ ...backend.target, url: proxy.url });
  await storage.initialize();
  await storage.insertSessionTrace(sampleTrace('whole'));
  await writeByRow(storage, sampleTrace('by row'));
  expect(proxy.lost).toBeGreaterThan(4);
  for (const id of ['whole', 'by row'])
    expect(await storage.getSessionTrace(id)).toEqual(sessionTrace.parse(sampleTrace(id)));
});

test('a storage with a wrong token says so', async () => {
  const start = backends['remote sqld, by URL and token'];
  if (start === undefined) throw new Error('no such backend');
  await using backend = await start();
  await using storage = openTraceStorage({ ...backend.target, token: 'nonsense' });
  await expect(storage.initialize()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await expect(storage.query('SELECT 1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

async function writeByRow(storage: TraceStorage, trace: SessionTraceInput): Promise<void> {
  const { session_id: id } = trace.session;
  await storage.ensureSession(trace.session);
  for (const each of trace.timesteps) await storage.ensureTimestep(id, each);
  const events = [];
  for (const each of trace.events) events.push(await storage.insertEvent(id, each));
  for (const each of trace.messages) await storage.insertMessage(id, each);
  for (const each of trace.outcome_rewards) await storage.insertReward(id, { kind: 'outcome', ...each });
  for (const { event_index, message_index, ...reward } of trace.event_rewards) {
    const event = events[event_index];
    const message = trace.messages[message_index ?? -1];
    if (event === undefined) throw new Error('no such event');
    await storage.insertReward(id, {
      kind: 'event',
      event,
      message: message
        ? { message_time: message.message_time ?? 0, event_time: message.event_time ?? null }
        : null,
      ...reward,
    });
  }
}
