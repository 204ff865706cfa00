import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import { openFixture } from '../../../db/analytics/queries/fixture';
import { Jobs } from '../jobs';
import { createDataRouter } from './index';

async function openRouter() {
  const workspace = await openFixture();
  const client = createRouterClient(createDataRouter(workspace, new Jobs()));
  return { client, [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose]() };
}

const created = { key: 'created', descending: true } as const;
const all = { scope: {}, sort: created };
const idsOf = (rows: readonly { ref: { sourceId: string; sessionId: string } }[]) =>
  rows.map((row) => `${row.ref.sourceId}/${row.ref.sessionId}`);

test('sessions are listed newest first, unknown times last, pages do not overlap', async () => {
  await using router = await openRouter();
  const first = await router.client.sessions.list({ ...all, limit: 3 });
  const second = await router.client.sessions.list({ ...all, limit: 3, offset: 3 });
  expect(idsOf(first.rows)).toEqual(['a/s3', 'a/s2', 'a/s1']);
  expect(idsOf(second.rows)).toEqual(['b/s1']);
  expect([first.total, second.total]).toEqual([4, 4]);
  expect(first.rows[2]).toMatchObject({
    title: 'First run',
    durationMs: 60_000,
    reward: 7,
    cost: { usd: 0.25, reportedUsd: 0.25, calls: { reported: 1, rounded: 1, roundedZero: 1, unpriced: 1 } },
  });
  expect(first.rows[0]).toMatchObject({ steps: null, cost: null, reward: null, tokens: { total: null } });
});

const FILTERS: readonly [string, readonly string[]][] = [
  ['model:gpt-5', ['a/s1']],
  ['model=gpt-5', []],
  ['model=gpt-5-nano,nothing', ['a/s1']],
  ['-model:gpt-5', ['a/s3', 'a/s2', 'b/s1']],
  ['cost>0.1', ['a/s1']],
  ['cost<0.1', ['a/s2']],
  ['tokens>=15 tokens<1k', ['a/s2']],
  ['error', ['a/s2', 'a/s1']],
  ['has:reward', ['a/s1']],
  ['-has:reward kind:conversation', ['a/s3']],
  ['status:running', ['a/s3']],
  ['source:second', ['b/s1']],
  ['experiment:crafter', ['a/s1']],
  ['experiment=exp_1', ['a/s1']],
  ['duration>10s', ['a/s1']],
  ['created>2026-01-01 created<2026-01-03', ['a/s2']],
  ['created:2026-01-01', ['a/s1']],
  ['"100% tree"', ['a/s1']],
  ['other', ['b/s1']],
  ['-hello', ['a/s2', 'a/s1', 'b/s1']],
  ["'; DROP TABLE sessions; --", []],
];

test.each(FILTERS)('the filter %s finds %j', async (q, wanted) => {
  await using router = await openRouter();
  const { rows, total } = await router.client.sessions.list({ scope: { q }, sort: created });
  expect(idsOf(rows)).toEqual(wanted);
  expect(total).toBe(wanted.length);
});

test('a filter that cannot be read is QUERY_INVALID at its column', async () => {
  await using router = await openRouter();
  const failed = router.client.sessions.totals({ scope: { q: 'model:gpt-5 cost>much' } });
  await expect(failed).rejects.toMatchObject({ code: 'QUERY_INVALID', data: { line: 1, column: 13 } });
});

test('totals, facets, histogram and neighbours are about the same scope', async () => {
  await using router = await openRouter();
  const { client } = router;
  const totals = await client.sessions.totals({ scope: {} });
  expect(totals).toMatchObject({ sessions: 4, events: 7, lmCalls: 4, meanReward: 7, rewarded: 1 });
  expect(totals.cost).toMatchObject({ reportedUsd: 0.25, pricedUsd: 0.01, calls: { unpriced: 1 } });
  const facets = await client.sessions.facets({
    scope: {},
    fields: ['model', 'source', 'experiment'],
    limit: 1,
  });
  expect(facets).toMatchObject({
    model: { values: [{ value: 'claude-sonnet-4', sessions: 2 }], more: 1 },
    source: { values: [{ value: 'a', label: 'first.db', sessions: 3 }], more: 1 },
    experiment: { values: [{ value: 'exp_1', label: 'Crafter sweep', sessions: 1 }], more: 0 },
  });
  const histogram = await client.sessions.histogram({ scope: {}, buckets: 2 });
  expect(histogram).toMatchObject({ sessions: [2, 1], errors: [2, 0], undated: 1 });
  const neighbours = await client.sessions.neighbours({ ...all, ref: { sourceId: 'a', sessionId: 's2' } });
  expect(neighbours).toEqual({
    index: 1,
    total: 4,
    previous: { sourceId: 'a', sessionId: 's3' },
    next: { sourceId: 'a', sessionId: 's1' },
  });
  const chosen = [{ sourceId: 'b', sessionId: 's1' }];
  expect(await client.sessions.totals({ scope: { sessions: chosen } })).toMatchObject({ sessions: 1 });
  const explained = await client.sessions.explain({ scope: {}, figure: 'cost' });
  expect(explained).toMatchObject({ n: 2 });
});

test('a transcript heads each step with its items in the order of time, and what names no step comes last', async () => {
  await using router = await openRouter();
  const ref = { sourceId: 'a', sessionId: 's1' };
  const { items, total } = await router.client.session.transcript({ ref });
  const shape = items.map((item) => {
    if (item.kind === 'step') return `step ${item.label}`;
    if (item.kind === 'message') return `message ${item.messageKey}`;
    return item.kind === 'event' ? `event ${item.eventKey}` : `reward ${item.rewardKey}`;
  });
  expect(shape).toEqual([
    'step step_0',
    'message 1',
    'message 2',
    'event 101',
    'event 102',
    'reward 1',
    'event 103',
    'step step_1',
    'event 104',
    'event 105',
    'step No step',
    'reward 2',
    'message 3',
    'event 9007199254740993',
  ]);
  expect(total).toBe(14);
  const page = await router.client.session.transcript({ ref, offset: 8, limit: 2 });
  expect(page.items).toEqual(items.slice(8, 10));
  expect(page.total).toBe(14);
  expect(await router.client.session.transcript({ ref, offset: 99 })).toEqual({ items: [], total: 14 });

  const outline = await router.client.session.outline({ ref });
  expect(outline.rows.map(({ position, step }) => [position, step])).toEqual(
    [0, 7, 10].map((position) => [position, items[position]]),
  );
  const said = items.find((item) => item.kind === 'message');
  expect(outline.rows[0]?.opening).toBe(said?.content.text.replace(/\s+/g, ' '));
  expect(outline.rows[1]?.opening).toBeNull();
  expect(await router.client.session.outline({ ref, offset: 1, limit: 1 })).toEqual({
    rows: outline.rows.slice(1, 2),
    total: 3,
  });
});

test('a transcript says what events did: tool calls with results, actions, achievements that are new, sums by basis', async () => {
  await using router = await openRouter();
  const { items } = await router.client.session.transcript({ ref: { sourceId: 'a', sessionId: 's1' } });
  const event = (key: string) => items.find((item) => item.kind === 'event' && item.eventKey === key);
  expect(event('101')).toMatchObject({
    cost: { usd: 0.25, basis: 'reported' },
    toolCalls: [
      { name: 'interact', arguments: { text: '{"action":3}', length: 12 }, callId: 'c1', result: null },
      { name: 'look', callId: 'c2', result: { text: 'a tree', length: 6 } },
    ],
    hasPayload: true,
  });
  expect(event('102')).toMatchObject({ summary: 'reward 0.5 · achievements: collect_wood' });
  expect(event('103')).toMatchObject({ summary: 'actions: 3, 5' });
  expect(event('104')).toMatchObject({ toolCalls: [], cost: { usd: 0, basis: 'reported_rounded' } });
  expect(event('105')).toMatchObject({ summary: 'reward 1 · achievements: eat_cow · terminated' });
  expect(event('9007199254740993')).toMatchObject({
    error: 'Overloaded',
    cost: { usd: null, basis: 'unpriced' },
  });
  const long = items.find((item) => item.kind === 'message' && item.messageKey === '2');
  expect(long).toMatchObject({ content: { length: 5000 } });
  expect(long?.kind === 'message' && long.content.text.length).toBe(4_000);
  expect(items[0]).toMatchObject({
    durationMs: 5_500,
    completed: true,
    reward: 0.5,
    totalTokens: 1100,
    cost: { calls: { reported: 1 } },
  });
});

test('the header of a session says what its tabs can show; a session that is not open is SOURCE_NOT_FOUND', async () => {
  await using router = await openRouter();
  const { client } = router;
  expect(await client.session.get({ ref: { sourceId: 'a', sessionId: 's1' } })).toMatchObject({
    sourceName: 'first.db',
    has: { messages: true, spans: false, rewards: true, convergence: true, cost: true },
    experiment: { experimentId: 'exp_1', name: 'Crafter sweep' },
    metadata: '{"user":"u1"}',
  });
  await expect(client.session.get({ ref: { sourceId: 'a', sessionId: 'no' } })).rejects.toMatchObject({
    code: 'SOURCE_NOT_FOUND',
  });
});

test('the tabs of a session: find, whole texts, payloads, timeline, costs, convergence and raw rows', async () => {
  await using router = await openRouter();
  const { session } = router.client;
  const ref = { sourceId: 'a', sessionId: 's1' };
  expect(await session.find({ ref, what: { kind: 'text', text: 'TREE' } })).toEqual({
    positions: [1, 3],
    more: false,
  });
  expect(await session.find({ ref, what: { kind: 'error' } })).toEqual({ positions: [13], more: false });
  expect(await session.find({ ref, what: { kind: 'step', stepKey: '12' } })).toEqual({
    positions: [7],
    more: false,
  });
  const heads = await session.find({ ref, what: { kind: 'steps' } });
  const { items } = await session.transcript({ ref, offset: 0, limit: 500 });
  expect(heads.positions).toEqual(items.flatMap(({ kind }, at) => (kind === 'step' ? [at] : [])));
  const slice = await session.messageText({ ref, messageKey: '2', offset: 4_990, length: 100 });
  expect(slice).toEqual({ text: 'x'.repeat(10), length: 5_000 });
  const payload = await session.eventPayload({ ref, eventKey: '103' });
  expect(payload).toEqual({
    callRecords: null,
    stateBefore: null,
    stateAfter: null,
    metadata: { text: '{"actions":[3,5]}', length: 17 },
  });
  const timeline = await session.timeline({ ref });
  expect(timeline).toMatchObject({ startAt: '2026-01-01T10:00:00.000Z', endMs: 12_100, untimed: 2 });
  expect(timeline.lanes.map((lane) => lane.label)).toEqual(['Steps', 'Messages', 'llm', 'env', 'rt']);
  const costs = await session.costs({ ref });
  expect(costs).toMatchObject({
    x: [0, 1, 2],
    stepKey: ['11', '12', null],
    costUsd: [0.25, 0, null],
    cumulativeUsd: [0.25, 0.25, 0.25],
    stepsPerBucket: 1,
  });
  expect(costs.models.map((one) => [one.model, one.calls, one.cost.calls.unpriced])).toEqual([
    ['gpt-5-nano', 2, 0],
    ['claude-sonnet-4', 1, 1],
  ]);
  const convergence = await session.convergence({ ref });
  expect(convergence.reward).toMatchObject({
    x: [0, 1],
    value: [0.5, 1],
    rolling5: [0.5, 0.75],
    trend: 'unknown',
  });
  expect(convergence.score).toBeNull();
  const talk = await session.convergence({ ref: { sourceId: 'a', sessionId: 's3' } });
  expect(talk.score).toMatchObject({
    value: [0.8, 0.95, 1],
    recorded: [0.8, 0.9, null],
    differs: 1,
    trend: 'increasing',
  });
  const raw = await session.rows({ ref, table: 'messages' });
  expect(raw.total).toBe(3);
  expect(raw.rows.map((row) => String(row[6]).length)).toEqual([23, 2_001, 30]);
  const events = await session.rows({ ref, table: 'events', offset: 5 });
  expect(events.rows[0]?.slice(0, 2)).toEqual(['a', '9007199254740993']);
});

test('charts bucket by time, keep each model apart, and say how many calls have no time', async () => {
  await using router = await openRouter();
  const { analytics } = router.client;
  const usage = await analytics.usage({ scope: {}, points: 10 });
  expect(usage.undated).toBe(1);
  expect(usage.startMs.length).toBeLessThanOrEqual(10);
  expect(
    usage.calls.map((one) => [one.model, one.values.reduce<number>((sum, n) => sum + (n ?? 0), 0)]),
  ).toEqual([
    ['claude-sonnet-4', 1],
    ['gpt-5-nano', 2],
  ]);
  expect(usage.cost).toMatchObject({
    usd: 0.26,
    calls: { reported: 1, rounded: 1, roundedZero: 1, priced: 1, unpriced: 1 },
  });
  const latency = await analytics.latency({ scope: { q: 'model:gpt-5' }, points: 10 });
  expect(latency.p50.filter((value) => value !== null)).toEqual([900, 1_100]);
  const table = await analytics.models({ scope: { q: 'model:gpt-5' } });
  expect(table.models.map((one) => one.model).sort()).toEqual(['claude-sonnet-4', 'gpt-5-nano']);
  const reward = await analytics.rolling({ scope: {}, measure: 'reward' });
  expect(reward).toMatchObject({
    mean: [7],
    rolling5: [7],
    sessions: 1,
    without: 3,
    session: [{ sessionId: 's1' }],
  });
  const scores = await analytics.rolling({ scope: {}, measure: 'convergence' });
  expect(scores).toMatchObject({ mean: [1], sessions: 1 });
  const empty = await analytics.usage({ scope: { q: 'id:nothing-like-it' } });
  expect(empty).toMatchObject({ startMs: [], calls: [], cost: { usd: null } });
});
