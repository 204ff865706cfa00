import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { temporaryFolder } from '../../testing/temporary-folder';
import { type ReadPath, readAll } from '../read-all';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => folder[Symbol.asyncDispose]());

async function readFile(name: string, text: string): Promise<ReadPath> {
  await writeFile(join(folder.path, name), text);
  return readAll(join(folder.path, name));
}

const trace = {
  id: 't1',
  timestamp: '2025-01-01T10:00:00Z',
  name: 'chat',
  sessionId: 'S',
  userId: null,
  public: false,
  release: null,
  tags: [],
};
const observations = [
  // An agent that repeats the total of its calls.
  {
    id: 'o1',
    traceId: 't1',
    type: 'AGENT',
    name: 'agent',
    startTime: '2025-01-01T10:00:00Z',
    endTime: '2025-01-01T10:00:09Z',
    parentObservationId: null,
    model: 'gpt-4o',
    usageDetails: { input: 30, output: 12, total: 42 },
    costDetails: { total: 0.75 },
  },
  {
    id: 'o2',
    traceId: 't1',
    type: 'GENERATION',
    name: 'llm',
    startTime: '2025-01-01T10:00:01Z',
    endTime: '2025-01-01T10:00:02.5Z',
    parentObservationId: 'o1',
    model: 'gpt-4o',
    input: [{ role: 'user', content: 'Weather?' }],
    output: {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
    },
    usageDetails: { input: 10, output: 4, total: 14 },
    costDetails: { input: 0.125, output: 0.125, total: 0.25 },
  },
  {
    id: 'o3',
    traceId: 't1',
    type: 'TOOL',
    name: 'weather',
    startTime: '2025-01-01T10:00:03Z',
    endTime: '2025-01-01T10:00:04Z',
    parentObservationId: 'o1',
    input: {},
    output: 'sunny',
  },
  {
    id: 'o4',
    traceId: 't1',
    type: 'GENERATION',
    name: 'llm',
    startTime: '2025-01-01T10:00:05Z',
    endTime: '2025-01-01T10:00:06Z',
    parentObservationId: 'o1',
    model: 'gpt-4o',
    level: 'ERROR',
    statusMessage: 'rate limited',
    input: [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
    ],
    output: 'Sunny.',
    usageDetails: {},
    costDetails: {},
    totalCost: 0,
  },
];
const scores = [
  {
    id: 's1',
    traceId: 't1',
    name: 'helpful',
    value: 0.5,
    dataType: 'NUMERIC',
    source: 'EVAL',
    comment: 'fine',
  },
  {
    id: 's2',
    traceId: 't1',
    observationId: 'o2',
    name: 'tone',
    value: 1,
    stringValue: 'kind',
    dataType: 'CATEGORICAL',
    source: 'ANNOTATION',
  },
];

const expectedEvents = [
  ['cais', null, '10', '0.25', 'reported', null],
  ['environment', 'weather', null, null, null, null],
  ['cais', null, null, null, 'unpriced', 'rate limited'],
];

function eventsOf({ rows }: ReadPath) {
  return rows('events').map(({ event_type, name, input_tokens, cost_usd, cost_basis, error }) => [
    event_type,
    name,
    input_tokens,
    cost_usd,
    cost_basis,
    error,
  ]);
}

describe('the Langfuse reader', () => {
  it.skipIf(!hasShared('langfuse'))(
    `reads the real traces, each once, with the sums of their generations${needsShared('langfuse')}`,
    async () => {
      const { rows, warnings } = await readAll(join(sharedData, 'langfuse'));
      expect(new Set(warnings.map(({ message }) => message))).toEqual(
        new Set(['The file says that a text was no chat.', 'The trace is shown from another file already.']),
      );
      const kinds = rows('sessions').map(({ kind }) => kind);
      // Nine traces, and nine tables of chats without them.
      expect([kinds.filter((kind) => kind === 'trace').length, kinds.length, rows('spans').length]).toEqual([
        9, 18, 47,
      ]);
      const calls = rows('events').filter(({ event_type }) => event_type === 'cais');
      expect(calls).toHaveLength(16);
      const sum = (column: string) => calls.reduce((all, row) => all + Number(row[column] ?? 0), 0);
      expect([sum('input_tokens'), sum('output_tokens')]).toEqual([2157, 2687]);
      expect(sum('cost_usd')).toBeCloseTo(0.013109499998, 12);
      expect(rows('rewards').reduce((all, { value }) => all + Number(value), 0)).toBeCloseTo(2.8, 9);
      expect(calls.every(({ cost_basis }) => cost_basis === 'reported')).toBe(true);
    },
  );

  it('counts a call once, beside a parent that repeats its sums, and shows a tool where it ran', async () => {
    const read = await readFile('trace.json', JSON.stringify({ trace: { ...trace, scores }, observations }));
    expect(read.warnings).toEqual([]);
    expect(eventsOf(read)).toEqual(expectedEvents);
    expect(read.rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Weather?'],
      ['assistant', 'Sunny.'],
    ]);
    expect(
      read.rows('spans').map(({ span_id, parent_span_id, kind }) => [span_id, parent_span_id, kind]),
    ).toEqual([
      ['o1', null, 'AGENT'],
      ['o2', 'o1', 'GENERATION'],
      ['o3', 'o1', 'TOOL'],
      ['o4', 'o1', 'GENERATION'],
    ]);
    expect(read.rows('sessions')[0]).toMatchObject({
      session_id: 't1',
      kind: 'trace',
      title: 'chat · Weather?',
      ended_at: '2025-01-01T10:00:09',
    });
    const [helpful, tone] = read.rows('rewards');
    expect(helpful).toMatchObject({
      scope: 'outcome',
      value: '0.5',
      reward_name: 'helpful',
      annotation: 'fine',
      author: 'EVAL',
    });
    expect(tone).toMatchObject({
      scope: 'event',
      value: null,
      annotation: 'kind',
      event_key: read.rows('events')[0]?.event_key,
    });
  });

  it('reads the same from lines in the spelling of storage exports, in any order, apart from their traces', async () => {
    const exported = join(folder.path, 'export');
    const { mkdir } = await import('node:fs/promises');
    await mkdir(exported);
    const lines = (values: readonly object[]) =>
      values.map((value) => JSON.stringify(snakeKeys(value))).join('\n');
    await writeFile(join(exported, 'observations.jsonl'), lines([...observations].reverse()));
    await writeFile(join(exported, 'traces.jsonl'), lines([trace]));
    await writeFile(join(exported, 'scores.jsonl'), lines(scores));
    const read = await readAll(exported);
    expect(read.warnings).toEqual([]);
    expect(eventsOf(read)).toEqual(expectedEvents);
    expect(new Set(read.rows('sessions').map(({ session_id }) => session_id))).toEqual(new Set(['t1']));
    expect(read.rows('rewards')).toHaveLength(2);
  });

  it('reads observations in a trace that do not name it, in either spelling, and tells of kinds that are new', async () => {
    const snake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const inside = observations.map(({ traceId: _, ...one }) =>
      Object.fromEntries(Object.entries(one).map(([key, value]) => [snake(key), value])),
    );
    const dumped = await readFile(
      'dumped.json',
      JSON.stringify([{ ...trace, observations: inside, scores }]),
    );
    expect([eventsOf(dumped), dumped.warnings]).toEqual([expectedEvents, []]);
    expect(dumped.rows('sessions').map(({ session_id }) => session_id)).toEqual(['t1']);
    // A trace of few fields is known by what stands beside it.
    const few = { id: 't1', name: 'chat', timestamp: trace.timestamp };
    const [agent, ...others] = observations;
    const newer = { ...agent, id: 'o5', type: 'ORACLE', usageDetails: {}, costDetails: {} };
    const beside = await readFile(
      'beside.json',
      JSON.stringify({ trace: few, observations: [agent, ...others, newer] }),
    );
    expect(eventsOf(beside)).toEqual(expectedEvents);
    expect(beside.rows('spans').map(({ kind }) => kind)).toContain('ORACLE');
    expect(beside.warnings.map(({ message }) => message)).toEqual([
      'Observations of the kind “ORACLE” are not known: they are shown as they are.',
    ]);
  });

  it('counts a score once that stands in its trace, beside it and in another file', async () => {
    const twice = join(folder.path, 'scores-twice');
    await mkdir(twice);
    await writeFile(
      join(twice, 'trace.json'),
      JSON.stringify({ trace: { ...trace, scores }, observations, scores }),
    );
    await writeFile(join(twice, 'scores.jsonl'), scores.map((score) => JSON.stringify(score)).join('\n'));
    const { rows, warnings } = await readAll(twice);
    expect(
      rows('rewards')
        .map(({ reward_name }) => reward_name)
        .sort(),
    ).toEqual(['helpful', 'tone']);
    expect(warnings.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  });

  it('reads pages of the API and CSV', async () => {
    const page = { data: observations, meta: { page: 1, limit: 50, totalItems: 4, totalPages: 1 } };
    expect(eventsOf(await readFile('page.json', JSON.stringify(page)))).toEqual(expectedEvents);
    const names = [
      'id',
      'traceId',
      'type',
      'name',
      'startTime',
      'endTime',
      'parentObservationId',
      'model',
      'input',
      'output',
      'usageDetails',
      'costDetails',
      'level',
      'statusMessage',
    ];
    const cells = observations.map((one) => names.map((name) => quoted(Reflect.get(one, name))).join(','));
    const csv = await readFile(
      'observations.csv',
      `${names.map(quoted).join(',')}\r\n${cells.join('\r\n')}\r\nshort,line\r\n`,
    );
    expect(eventsOf(csv)).toEqual(expectedEvents);
    expect(csv.warnings).toEqual([
      { at: 'observations.csv:6', message: 'The record has 2 fields, the header 14.', count: 1 },
    ]);
  });

  it('reads CSV whatever column stands first, scores without a number, and what is whole of a record that breaks off', async () => {
    const csv = await readFile(
      'bookmarked.csv',
      'bookmarked,id,timestamp,name,public,tags\r\ntrue,t9,2025-01-01T10:00:00Z,chat,false,[]\r\n',
    );
    expect(csv.rows('sessions').map(({ session_id }) => session_id)).toEqual(['t9']);
    const given = [
      { id: 's1', traceId: 't1', name: 'risk', dataType: 'CATEGORICAL', stringValue: 'low' },
      { id: 's2', traceId: 't1', name: 'resolved', dataType: 'BOOLEAN', value: true },
    ];
    const page = await readFile('scores.json', JSON.stringify({ data: given, meta: { cursor: null } }));
    expect(page.warnings).toEqual([]);
    expect(
      page.rows('rewards').map(({ reward_name, value, annotation }) => [reward_name, value, annotation]),
    ).toEqual([
      ['risk', null, 'low'],
      ['resolved', '1', null],
    ]);
    const text = JSON.stringify({ trace, observations });
    const cut = await readFile('cut.json', text.slice(0, text.indexOf('"id":"o3"')));
    expect(cut.rows('events').map(({ model }) => model)).toEqual(['gpt-4o']);
    expect(cut.warnings.map(({ message }) => message)).toContain(
      'The file breaks off: what came before is shown.',
    );
    const list = await readFile('cut-list.json', `${JSON.stringify(observations.slice(1, 3)).slice(0, -1)},`);
    expect(list.rows('events')).toHaveLength(2);
  });

  it('reads tables as the interface exports them: scores in columns, and what a trace took where none of its observations is there', async () => {
    const exported = join(folder.path, 'tables');
    const { mkdir } = await import('node:fs/promises');
    await mkdir(exported);
    const totals = {
      inputTokens: '30',
      outputTokens: '12',
      totalTokens: '42',
      totalCost: '0.75',
      tags: ['a'],
    };
    const first = { ...trace, ...totals, answer_quality: [0.5, 1], empty_score: null };
    const second = { ...first, id: 't2', answer_quality: null };
    await writeFile(join(exported, 'traces.json'), JSON.stringify([first, second]));
    await writeFile(
      join(exported, 'observations.jsonl'),
      JSON.stringify({ ...observations[1], tone: [0.25] }),
    );
    const { rows, warnings } = await readAll(exported);
    expect(warnings).toEqual([]);
    expect(
      rows('events').map(({ session_id, name, input_tokens, cost_usd }) => [
        session_id,
        name,
        input_tokens,
        cost_usd,
      ]),
    ).toEqual([
      ['t1', null, '10', '0.25'],
      ['t2', 'all calls of the trace', '30', '0.75'],
    ]);
    expect(
      rows('rewards')
        .map(({ reward_name, scope, value }) => [reward_name, scope, value])
        .sort(),
    ).toEqual([
      ['answer_quality', 'outcome', '0.5'],
      ['answer_quality', 'outcome', '1'],
      ['tone', 'event', '0.25'],
    ]);
    expect(rows('sessions').every(({ metadata }) => metadata?.includes('score columns') !== true)).toBe(true);
  });

  it('takes cache writes from how long they live where their sum is told as nothing', async () => {
    const usageDetails = {
      input: 10,
      input_cache_creation: 0,
      input_ephemeral_5m_input_tokens: 30,
      input_ephemeral_1h_input_tokens: 5,
      input_cache_read: 100,
      output: 4,
      total: 149,
    };
    const call = { ...observations[1], id: 'cached', usageDetails };
    const { rows } = await readFile('cached.json', JSON.stringify({ ...trace, observations: [call] }));
    expect(
      rows('events').map((row) => [
        row.input_tokens,
        row.cache_read_tokens,
        row.cache_write_tokens,
        row.total_tokens,
      ]),
    ).toEqual([['10', '100', '35', '149']]);
  });

  it('puts back what Langfuse keeps apart from input and output, as far as all of it adds up to the total', async () => {
    const of = async (usageDetails: object, model: string) => {
      const call = { ...observations[1], id: 'apart', usageDetails, costDetails: {}, totalCost: null, model };
      const { rows } = await readFile('apart.json', JSON.stringify({ ...trace, observations: [call] }));
      return rows('events').map((row) => [
        row.input_tokens,
        row.output_tokens,
        row.reasoning_tokens,
        row.cache_read_tokens,
        row.cache_write_tokens,
        row.cost_usd === null || row.cost_usd === undefined ? null : Number(row.cost_usd),
      ]);
    };
    const parts = {
      input: 50,
      input_cached_tokens: 950,
      input_audio_tokens: 7,
      output: 100,
      output_reasoning_tokens: 900,
    };
    // Mini at 0.25, 0.025 and 2 dollars a million.
    const dollars = (57 * 0.25 + 950 * 0.025 + 1_000 * 2) / 1e6;
    expect(await of({ ...parts, total: 2_007 }, 'gpt-5-mini')).toEqual([
      ['57', '1000', '900', '950', null, dollars],
    ]);
    // Here it is among the output already, and the mirror prices it.
    expect(
      await of({ input: 50, output: 100, output_reasoning_tokens: 90, total: 150 }, 'gpt-5-mini'),
    ).toEqual([['50', '100', '90', null, null, null]]);
    const lives = {
      input: 10,
      input_cache_creation_5m: 30,
      input_cache_creation_1h: 5,
      output: 4,
      total: 49,
    };
    expect(await of(lives, 'claude-sonnet-4-5')).toEqual([['10', '4', null, null, '35', null]]);
  });

  it('takes what was counted in characters for no tokens, and what it cost as it is', async () => {
    const old = {
      ...observations[1],
      id: 'old',
      usage: { unit: 'CHARACTERS', input: 400, output: 90, total: 490 },
      usageDetails: { input: 400, output: 90, total: 490 },
      costDetails: {},
      totalCost: 0.125,
    };
    const { rows } = await readFile('characters.json', JSON.stringify({ ...trace, observations: [old] }));
    expect(
      rows('events').map(({ input_tokens, total_tokens, cost_usd }) => [
        input_tokens,
        total_tokens,
        cost_usd,
      ]),
    ).toEqual([[null, null, '0.125']]);
  });

  it('keeps what fits of odd records and locates the others', async () => {
    const odd = [
      observations[1],
      { id: 'x' },
      { ...observations[2], startTime: 5, input: null, output: null },
      observations[1],
    ];
    const read = await readFile('odd.json', JSON.stringify(odd));
    expect(read.files[0]?.reasons).toEqual([
      { reason: 'The record is no trace, observation or score of Langfuse.', count: 1 },
      { reason: 'The observation was read before, from this or another file.', count: 1 },
    ]);
    expect(read.rows('events')).toHaveLength(2);
  });
});

function quoted(value: unknown): string {
  const text =
    value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text.replaceAll('"', '""')}"`;
}

function snakeKeys(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      inner,
    ]),
  );
}
