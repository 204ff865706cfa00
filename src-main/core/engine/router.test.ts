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
