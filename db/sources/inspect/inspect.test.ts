import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { temporaryFolder } from '../../testing/temporary-folder';
import { makeZip, type ZipFileEntry } from '../../testing/zip';
import { type ReadPath, readAll, type TextRow } from '../read-all';
import { largestEntryBytes } from './decode-entry';

const logs = join(sharedData, 'inspect_ai/tests/log');

const header = {
  version: 2,
  status: 'success',
  eval: {
    eval_id: 'E1',
    run_id: 'R1',
    task_id: 'T1',
    created: '2025-01-01T10:00:00+02:00',
    task: 'sums',
    model: 'openai/gpt-4o',
  },
  results: { scores: [] },
};

/** A sample with a tool that ran, a call that never did, long texts apart, and two scores. */
const sample = {
  id: 'a',
  epoch: 1,
  input: 'How much is 6 times 7?',
  target: '42',
  messages: [
    { id: 'm1', role: 'user', content: 'How much is 6 times 7?' },
    {
      id: 'm2',
      role: 'assistant',
      content: 'I compute.',
      tool_calls: [{ id: 'c1', function: 'python', arguments: { code: '6*7' } }],
    },
    { id: 'm3', role: 'tool', tool_call_id: 'c1', function: 'python', content: '42' },
    { id: 'm4', role: 'assistant', content: '42' },
  ],
  events: [
    { event: 'span_begin', id: 's1', name: 'solver', type: 'solver', timestamp: '2025-01-01T10:00:00+02:00' },
    {
      event: 'model',
      span_id: 's1',
      model: 'openai/gpt-4o',
      timestamp: '2025-01-01T10:00:01+02:00',
      completed: '2025-01-01T10:00:03.5+02:00',
      input: [{ id: 'm1', role: 'user', content: 'attachment://q' }],
      output: {
        choices: [
          {
            stop_reason: 'tool_calls',
            message: {
              id: 'm2',
              role: 'assistant',
              content: 'I compute.',
              tool_calls: [{ id: 'c1', function: 'python', arguments: { code: '6*7' } }],
            },
          },
        ],
        usage: {
          input_tokens: 10,
          output_tokens: 5,
          total_tokens: 115,
          input_tokens_cache_read: 100,
          reasoning_tokens: 2,
        },
      },
    },
    {
      event: 'tool',
      span_id: 's1',
      id: 'c1',
      function: 'python',
      arguments: { code: '6*7' },
      result: 'attachment://r',
      timestamp: '2025-01-01T10:00:04+02:00',
      completed: '2025-01-01T10:00:04.25+02:00',
    },
    {
      event: 'model',
      span_id: 's1',
      model: 'openai/gpt-4o',
      timestamp: '2025-01-01T10:00:05+02:00',
      input: [
        { id: 'm1', role: 'user', content: 'attachment://q' },
        {
          id: 'm2',
          role: 'assistant',
          content: 'I compute.',
          tool_calls: [{ id: 'c1', function: 'python', arguments: { code: '6*7' } }],
        },
        { id: 'm3', role: 'tool', tool_call_id: 'c1', function: 'python', content: '42' },
      ],
      output: {
        choices: [
          {
            stop_reason: 'tool_calls',
            message: {
              id: 'm4',
              role: 'assistant',
              content: '42',
              tool_calls: [{ id: 'c2', function: 'submit', arguments: {} }],
            },
          },
        ],
        usage: { input_tokens: 20, output_tokens: 1, total_tokens: 21, total_cost: 0.25 },
        time: 1.5,
      },
    },
    {
      event: 'sample_limit',
      type: 'token',
      message: 'Token limit exceeded.',
      timestamp: '2025-01-01T10:00:07+02:00',
    },
    { event: 'span_end', id: 's1', timestamp: '2025-01-01T10:00:08+02:00' },
  ],
  attachments: { q: 'How much is 6 times 7?', r: '42' },
  scores: {
    match: { value: 'C', answer: '42' },
    judge: { value: { tone: 0.5, facts: 'P' }, explanation: 'Half right.' },
  },
  limit: { type: 'token', limit: 100 },
};

const whole: ZipFileEntry[] = [
  { name: '_journal/start.json', content: JSON.stringify({ version: 2, eval: header.eval }) },
  { name: 'samples/a_epoch_1.json', content: JSON.stringify(sample) },
  { name: 'samples/b_epoch_1.json', content: JSON.stringify({ ...sample, id: 'b' }) },
  {
    name: 'summaries.json',
    content: JSON.stringify([
      { id: 'a', epoch: 1, scores: sample.scores },
      { id: 'b', epoch: 1, scores: sample.scores },
    ]),
  },
  { name: 'header.json', content: JSON.stringify(header) },
];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => folder[Symbol.asyncDispose]());

async function readFile(name: string, bytes: Buffer | string): Promise<ReadPath> {
  const file = join(folder.path, name);
  await writeFile(file, bytes);
  return readAll(file);
}

/** What a row says, without the numbers that it goes by. */
function essence(row: TextRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !/_key$/.test(column)));
}

describe('the Inspect reader', () => {
  it('reads a sample once where an archive lies beside its conversion, and says where', async () => {
    await using place = await temporaryFolder();
    const json = { ...header, samples: [sample, { ...sample, id: 'c' }] };
    await writeFile(join(place.path, 'run.eval'), makeZip(whole));
    await writeFile(join(place.path, 'run.json'), JSON.stringify(json));
    await utimes(join(place.path, 'run.json'), 1_700_000_000, 1_700_000_000);
    const { rows, warnings, files } = await readAll(place.path);
    expect(rows('sessions').map(({ session_id }) => session_id)).toEqual([
      'E1/a/epoch_1',
      'E1/b/epoch_1',
      'E1/c/epoch_1',
    ]);
    expect(sumOf({ rows }, 'input_tokens')).toBe(3 * 30);
    expect(warnings).toEqual([
      {
        at: 'run.json:$.samples[0]',
        message: 'Samples of the evaluation stand in run.eval too: they are read there.',
        count: 1,
      },
    ]);
    expect(files.map(({ file, read }) => [file, read])).toEqual([
      ['run.eval', 2],
      ['run.json', 1],
    ]);
  });

  it.each([
    ['by the id of its run', (name: string) => ({ uuid: name })],
    ['by its task and when it began, where it has none', () => ({})],
  ])('reads a sample once that a retried evaluation took over, known %s', async (_by, marked) => {
    await using place = await temporaryFolder();
    const later = {
      ...sample,
      events: sample.events.map((one) => ({ ...one, timestamp: '2025-01-02T10:00:00Z' })),
    };
    const again = { ...header, eval: { ...header.eval, eval_id: 'E2', run_id: 'R2' } };
    const other = { ...header, eval: { ...header.eval, eval_id: 'E3', run_id: 'R3', task_id: 'T3' } };
    const took = { ...sample, ...marked('u1') };
    const logs = {
      'run-1.json': { ...header, status: 'error', samples: [took, { ...sample, id: 'b', ...marked('u2') }] },
      'run-2.json': { ...again, samples: [took, { ...later, id: 'b', ...marked('u3') }] },
      'run-3.json': { ...other, samples: [{ ...sample, ...marked('u4') }] },
    };
    // The newest is read first.
    for (const [index, [name, log]] of Object.entries(logs).entries()) {
      await writeFile(join(place.path, name), JSON.stringify(log));
      await utimes(join(place.path, name), 1_700_000_000 + index, 1_700_000_000 + index);
    }
    const { rows, warnings } = await readAll(place.path);
    expect(
      rows('sessions')
        .map(({ session_id }) => session_id)
        .sort(),
    ).toEqual(['E1/b/epoch_1', 'E2/a/epoch_1', 'E2/b/epoch_1', 'E3/a/epoch_1']);
    expect(sumOf({ rows }, 'input_tokens')).toBe(4 * 30);
    expect(warnings.map(({ at, message }) => [at, message])).toEqual([
      ['run-1.json:$.samples[0]', 'Samples of the evaluation stand in run-2.json too: they are read there.'],
    ]);
  });

  it.skipIf(!hasShared('inspect_ai'))(
    `reads the real logs with the figures they hold${needsShared('inspect_ai')}`,
    async () => {
      const cases = [
        ['test_eval_log/log_streaming.eval', 4, [4, 252, 6], ['0', '1', '1', '1']],
        ['test_eval_log/log_formats.json', 1, [1, 66, 2], ['0']],
        ['test_eval_log/log_read_sample.json', 1, [1, 66, 3], ['1']],
        ['test_list_logs/ignore.json', 1, [2, 274, 189], ['1']],
      ] as const;
      for (const [name, sessions, figures, scores] of cases) {
        const { rows, warnings } = await readAll(join(logs, name));
        expect([name, warnings]).toEqual([name, []]);
        expect([name, rows('sessions').length]).toEqual([name, sessions]);
        expect([
          name,
          [callsOf({ rows }).length, sumOf({ rows }, 'input_tokens'), sumOf({ rows }, 'output_tokens')],
        ]).toEqual([name, figures]);
        expect(
          rows('rewards')
            .map(({ value }) => value)
            .sort(),
        ).toEqual(scores);
      }
    },
  );

  it('makes a session of a sample: calls, the tool that ran, the limit, scores as rewards', async () => {
    const { rows, warnings } = await readFile('whole.eval', makeZip(whole));
    expect(warnings).toEqual([]);
    expect(
      rows('sessions').map(({ title, status, error, started_at }) => [title, status, error, started_at]),
    ).toEqual([
      ['sums #a · How much is 6 times 7?', 'completed', 'limit reached: token', '2025-01-01T08:00:00'],
      ['sums #b · How much is 6 times 7?', 'completed', 'limit reached: token', '2025-01-01T08:00:00'],
    ]);
    const first = rows('sessions')[0]?.session_id;
    const own = (table: string) => rows(table).filter(({ session_id }) => session_id === first);
    expect(own('messages').map(({ role, content }) => [role, content])).toEqual([
      ['user', 'How much is 6 times 7?'],
      ['assistant', 'I compute.'],
      ['assistant', '42'],
    ]);
    expect(
      own('events').map(({ event_type, name, latency_ms, error }) => [event_type, name, latency_ms, error]),
    ).toEqual([
      ['cais', null, '2500', null],
      ['environment', 'python', '250', null],
      ['cais', null, '1500', null],
      ['runtime', 'sample_limit', null, 'Token limit exceeded.'],
    ]);
    expect(
      own('rewards').map(({ reward_name, value, annotation }) => [reward_name, value, annotation]),
    ).toEqual([
      ['match', '1', 'C · answer: 42'],
      ['judge.tone', '0.5', 'Half right.'],
      ['judge.facts', '0.5', 'P · Half right.'],
    ]);
    expect(own('timesteps')).toHaveLength(2);
    expect(own('spans').map(({ name, parent_span_id }) => [name, parent_span_id])).toEqual([
      ['solver', 'sample'],
      ['sample', null],
    ]);
    expect(rows('experiments')[0]).toMatchObject({
      name: 'sums · openai/gpt-4o',
      status: 'completed',
      created_at: '2025-01-01T08:00:00',
    });
  });

  it('shows what a tool was asked and answered once, where it ran, and a call that never ran at the answer that asked for it', async () => {
    const { rows } = await readFile('calls.eval', makeZip(whole.slice(0, 2)));
    const records = rows('event_payloads').map(({ call_records }) => JSON.parse(call_records ?? '[{}]')[0]);
    expect(
      records.map((record) => (record.output_tool_calls ?? []).map((call: { name: string }) => call.name)),
    ).toEqual([[], ['python'], ['submit'], []]);
    expect(records[1].tool_results).toEqual([{ call_id: 'c1', output_text: '42' }]);
  });

  it('takes dollars that are reported, and prices by the convention that the total of a call shows', async () => {
    const { rows } = await readFile('costs.eval', makeZip(whole.slice(0, 2)));
    const calls = callsOf({ rows });
    // 10 uncached, 100 cached beside them, 5 out, at the list price of gpt-4o.
    expect(calls.map(({ cost_basis }) => cost_basis)).toEqual(['priced', 'reported']);
    expect(Number(calls[0]?.cost_usd)).toBeCloseTo((10 * 2.5 + 100 * 1.25 + 5 * 10) / 1e6, 12);
    expect(calls[1]?.cost_usd).toBe('0.25');
  });

  it('takes what all calls of a sample took where none of them says it, and not beside them', async () => {
    const usage = { input_tokens: 30, output_tokens: 4, total_tokens: 34 };
    const model_usage = { 'openai/gpt-4o': usage };
    const call = (output: object) => ({ event: 'model', model: 'openai/gpt-4o', input: [], output });
    const figuresOf = async (output: object) => {
      const samples = [{ ...sample, messages: [], events: [call(output)], model_usage }];
      const { rows } = await readFile('usage.json', JSON.stringify({ ...header, samples }));
      return rows('events').map(({ event_type, input_tokens }) => [event_type, input_tokens]);
    };
    expect(await figuresOf({ choices: [] })).toEqual([
      ['cais', null],
      ['runtime', '30'],
    ]);
    expect(await figuresOf({ choices: [], usage })).toEqual([['cais', '30']]);
  });

  it('reads entries in Zstandard', async () => {
    const entries = whole.map((entry) => ({ ...entry, method: 'zstd' as const }));
    const { rows, warnings } = await readFile('zstd.eval', makeZip(entries));
    expect(warnings).toEqual([]);
    expect(rows('sessions')).toHaveLength(2);
  });

  it('reads a sample that is kept in pieces as the one that is kept whole, beside such', async () => {
    const json = (name: string, value: unknown): ZipFileEntry => ({ name, content: JSON.stringify(value) });
    const folderOf = (name: string) => `samples/a_epoch_1/${name}.json`;
    const { messages: said, events, attachments, ...shell } = sample;
    const pool = [...said, { id: 'm0', role: 'user', content: 'attachment://0' }];
    const numbered = JSON.parse(
      JSON.stringify(events)
        .replaceAll('attachment://q', 'attachment://0')
        .replaceAll('attachment://r', 'attachment://1'),
    ) as typeof events;
    const pooled = numbered.map((event, index) =>
      index === 3 ? { ...event, input: [], input_refs: [[0, 3]] } : event,
    );
    const pieces = [
      json(folderOf('sample'), { ...shell, message_refs: [[0, 4]], sequences: { messages: [5] } }),
      json(folderOf('metadata'), { source: 'a book' }),
      json(folderOf('skeleton'), { items: [] }),
      json(folderOf('messages/0'), pool.slice(0, 2)),
      json(folderOf('messages/2'), pool.slice(2)),
      json(folderOf('events/0'), pooled.slice(0, 3)),
      json(folderOf('events/3'), pooled.slice(3)),
      json(folderOf('events/stats'), [{ model: 2 }]),
      json(folderOf('events/uuids'), ['u1']),
      json(folderOf('attachments/0'), [attachments.q, attachments.r]),
    ];
    const others = whole.filter(({ name }) => name !== 'samples/a_epoch_1.json');
    const one = await readFile('pieces.eval', makeZip([...pieces, ...others]));
    const other = await readFile('one-piece.eval', makeZip(whole));
    expect([one.warnings, one.files.flatMap(({ reasons }) => reasons)]).toEqual([[], []]);
    for (const table of ['messages', 'events', 'rewards', 'timesteps'])
      expect([table, one.rows(table).map(essence)]).toEqual([table, other.rows(table).map(essence)]);
    expect(one.rows('sessions')[0]?.metadata).toContain('a book');

    const lost = await readFile('lost.eval', makeZip([...pieces.slice(1), ...others]));
    expect(lost.rows('sessions')).toHaveLength(2);
    expect(lost.warnings.map(({ message }) => message)).toEqual([
      'A sample is shown from its summary alone: its file in the archive could not be read.',
    ]);
  });

  it('opens a log that was not finished by its journal, and says so', async () => {
    const { rows, warnings } = await readFile('unfinished.eval', makeZip(whole.slice(0, 2)));
    expect(rows('sessions')).toHaveLength(1);
    expect(rows('experiments')[0]).toMatchObject({ status: 'running', name: 'sums · openai/gpt-4o' });
    expect(warnings.map(({ message }) => message)).toEqual([
      'The evaluation was not finished: its log has a journal and no header.',
    ]);
  });

  it('reads what is whole of an archive that breaks off, and says what is lost', async () => {
    const zip = makeZip(whole);
    const cut = zip.subarray(0, zip.indexOf('samples/b_epoch_1.json') + 200);
    const { rows, warnings } = await readFile('cut.eval', cut);
    expect(rows('sessions').map(({ title }) => title)).toEqual(['sums #a · How much is 6 times 7?']);
    expect(warnings[0]?.message).toMatch(
      /2 entries were read by their own headers; samples\/b_epoch_1\.json and what came after it is lost/,
    );
  });

  it('finds the end of entries whose size is said behind them', async () => {
    const zip = makeZip(whole.map((entry) => ({ ...entry, isStreamed: true })));
    const { rows } = await readFile('streamed.eval', zip.subarray(0, zip.indexOf('header.json')));
    expect(rows('sessions')).toHaveLength(2);
  });

  it('stops at a bomb and keeps the sample by its summary; the declared size is not believed', async () => {
    const bomb: ZipFileEntry = {
      name: 'samples/a_epoch_1.json',
      content: Buffer.alloc(1_000_000, 0x20),
      repeated: largestEntryBytes / 1_000_000 + 1,
      declaredSize: 100,
    };
    const entries = whole.map((entry) => (entry.name === bomb.name ? bomb : entry));
    const { rows, warnings, files } = await readFile('bomb.eval', makeZip(entries));
    expect(files[0]?.reasons).toEqual([
      { reason: 'The entry holds more than 128 MB: it was not read.', count: 1 },
    ]);
    expect(rows('sessions')).toHaveLength(2);
    expect(rows('rewards').filter(({ reward_name }) => reward_name === 'match')).toHaveLength(2);
    expect(warnings.map(({ message }) => message)).toContain(
      'A sample is shown from its summary alone: its file in the archive could not be read.',
    );
  });

  it('passes over a name that leads out of the archive', async () => {
    const { warnings, rows } = await readFile(
      'outside.eval',
      makeZip([...whole, { name: 'samples/../../evil.json', content: '{}' }]),
    );
    expect(warnings).toEqual([
      expect.objectContaining({
        at: 'outside.eval:samples/../../evil.json',
        message: 'The name of an entry leads out of the archive: it was not read.',
      }),
    ]);
    expect(rows('sessions')).toHaveLength(2);
  });

  it('keeps what fits when fields are of another type, and locates what does not', async () => {
    const odd = {
      ...sample,
      messages: 'none',
      scores: { match: 'C' },
      events: [
        {
          event: 'model',
          model: 7,
          timestamp: 'never',
          input: null,
          output: { usage: { input_tokens: 'many', output_tokens: 4 } },
        },
        'no event',
      ],
    };
    const { rows, warnings } = await readFile('odd.json', JSON.stringify({ ...header, samples: [odd] }));
    expect(rows('events').map(({ model, output_tokens }) => [model, output_tokens])).toEqual([[null, '4']]);
    expect(rows('rewards').map(({ value }) => value)).toEqual(['1']);
    expect(warnings.map(({ at }) => at)).toEqual(
      expect.arrayContaining([
        'odd.json:$.samples[0].events[1]',
        'odd.json:$.samples[0].events[0].model',
        'odd.json:$.samples[0].messages',
      ]),
    );
  });

  it('reads what Python calls JSON: NaN and Infinity', async () => {
    const { rows } = await readFile(
      'nan.json',
      JSON.stringify({ ...header, samples: [sample] }).replace('"C"', 'NaN'),
    );
    expect(rows('rewards')[0]).toMatchObject({ reward_name: 'match', value: null });
  });

  it('gives rows or a code and a sentence for an archive cut or changed anywhere', async () => {
    const zip = makeZip(whole);
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length - 1), fc.nat(zip.length - 1), fc.nat(255), async (end, at, byte) => {
        const bytes = Buffer.from(zip.subarray(0, end + 1));
        if (at < bytes.length) bytes[at] = byte;
        const outcome = await readFile('any.eval', bytes).then(
          ({ rows }) => rows('sessions').length,
          (error: { code?: string }) => error.code ?? String(error),
        );
        expect([0, 1, 2, 'FORMAT_DAMAGED', 'FORMAT_UNKNOWN']).toContain(outcome);
      }),
      { seed: 7, numRuns: 15 },
    );
  });
});

function callsOf({ rows }: Pick<ReadPath, 'rows'>) {
  return rows('events').filter(({ event_type }) => event_type === 'cais');
}

function sumOf({ rows }: Pick<ReadPath, 'rows'>, column: string): number {
  return callsOf({ rows }).reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
}
