import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAll } from '../read-all';
import { conversationOf, endOf, lineOf, type Said, startOf, turnOf } from './fixtures/lines';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pidgin-events-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const OLD = new Date('2026-02-04T00:00:00Z');

/** Written long ago, so that nothing goes on. */
async function fileOf(lines: readonly string[], name = 'conv_1_events.jsonl'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  await utimes(path, OLD, OLD);
  return path;
}

/** The 23 types of Pidgin's own events, apart from those of every turn. */
const others: readonly Said[] = [
  { type: 'ErrorEvent', time: '10:10:00', fields: { error_type: 'x', error_message: 'It broke.' } },
  {
    type: 'APIErrorEvent',
    time: '10:10:01',
    fields: { agent_id: 'agent_a', provider: 'OpenAI', error_message: '529' },
  },
  {
    type: 'ProviderTimeoutEvent',
    time: '10:10:02',
    fields: { agent_id: 'agent_b', error_message: 'Too slow.', timeout_seconds: 60 },
  },
  { type: 'InterruptRequestEvent', time: '10:10:03', fields: { turn_number: 0, interrupt_source: 'user' } },
  {
    type: 'ConversationPausedEvent',
    time: '10:10:04',
    fields: { turn_number: 0, paused_during: 'between_turns' },
  },
  { type: 'ConversationResumedEvent', time: '10:10:05', fields: { turn_number: 0 } },
  {
    type: 'RateLimitPaceEvent',
    time: '10:10:06',
    fields: { provider: 'Anthropic', wait_time: 1.5, reason: 'token_rate' },
  },
  { type: 'ContextTruncationEvent', time: '10:10:07', fields: { agent_id: 'agent_a', messages_dropped: 4 } },
  { type: 'ContextLimitEvent', time: '10:10:08', fields: { agent_id: 'agent_a', error_message: 'Full.' } },
  {
    type: 'ConversationBranchedEvent',
    time: '10:10:09',
    fields: { source_conversation_id: 'conv_0', branch_point: 2 },
  },
  { type: 'ExperimentCompleteEvent', time: '10:10:10', fields: { status: 'completed' } },
  { type: 'PostProcessingStartEvent', time: '10:10:11', fields: { tasks: ['readme'] } },
  { type: 'PostProcessingCompleteEvent', time: '10:10:12', fields: { duration_ms: 250 } },
];

describe('the events of Pidgin', () => {
  it.each(['legacy', 'flat', 'newest'] as const)('are read in the %s shape', async (shape) => {
    const { rows, warnings } = await readAll(await fileOf(conversationOf(shape, 2)));
    expect(rows('sessions')).toMatchObject([
      { session_id: 'conv_1', title: 'Haiku ↔ Four', status: 'completed', started_at: '2026-02-03T10:00:00' },
    ]);
    expect(rows('timesteps')).toMatchObject([
      { step_index: '0', turn_number: '0', started_at: '2026-02-03T10:00:00.000100' },
      { step_index: '1', turn_number: '1', completed_at: '2026-02-03T10:01:09.000100' },
    ]);
    const calls = rows('events').filter(({ event_type }) => event_type === 'cais');
    expect(calls.map(({ input_tokens, output_tokens }) => [input_tokens, output_tokens])).toEqual([
      ['100', '10'],
      ['100', '11'],
      ['101', '10'],
      ['101', '11'],
    ]);
    expect(rows('messages').map(({ author }) => author)).toEqual([
      'researcher',
      'agent_a',
      ...['agent_a', 'agent_b', 'agent_a', 'agent_b'],
    ]);
    expect(rows('systems').map(({ name }) => name)).toEqual(['Haiku', 'Four']);
    expect(warnings.map(({ message, count }) => [message, count])).toEqual(
      shape === 'legacy'
        ? [['Times of events name no zone: they are taken as UTC.', 19]]
        : [
            [
              'Messages carry local times without a zone; they were 5 h 30 min ahead of UTC and are corrected.',
              4,
            ],
          ],
    );
  });

  it('are all visible under their names, with what they say and what went wrong', async () => {
    const lines = [
      ...startOf('flat'),
      ...turnOf('flat', 0),
      ...others.map((said) => lineOf('flat', said)),
      endOf('flat'),
    ];
    const { rows } = await readAll(await fileOf(lines));
    const shown = rows('events').filter(({ event_type }) => event_type === 'runtime');
    expect(shown.map(({ name }) => name)).toEqual(others.map(({ type }) => type));
    expect(shown.filter(({ error }) => error !== null).map(({ name, error }) => [name, error])).toEqual([
      ['ErrorEvent', 'It broke.'],
      ['APIErrorEvent', '529'],
      ['ProviderTimeoutEvent', 'Too slow.'],
      ['ContextLimitEvent', 'Full.'],
    ]);
    expect(shown.find(({ name }) => name === 'RateLimitPaceEvent')).toMatchObject({
      latency_ms: '1500',
      provider: 'anthropic',
    });
    const payload = rows('event_payloads').find(({ metadata }) => metadata?.includes('messages_dropped'));
    expect(JSON.parse(payload?.metadata ?? '')).toMatchObject({ agent_id: 'agent_a', messages_dropped: 4 });
    expect(rows('sessions')).toMatchObject([{ status: 'completed', error: 'Full.' }]);
  });

  it('show thinking and what a person put in between', async () => {
    const thought = { agent_id: 'agent_a', turn_number: 0, thinking_content: 'Hm.', thinking_tokens: 7 };
    const put = { turn_number: 1, turn: { intervention: { agent_id: 'human', content: 'Stop that.' } } };
    const turn = turnOf('newest', 0);
    const lines = [
      ...startOf('newest'),
      ...turn.slice(0, 2),
      lineOf('newest', { type: 'ThinkingCompleteEvent', time: '10:00:01.5', fields: thought }),
      ...turn.slice(2),
      lineOf('newest', { type: 'TurnCompleteEvent', time: '10:01:00', fields: put }),
    ];
    const { rows } = await readAll(await fileOf(lines));
    expect(rows('messages').filter(({ metadata }) => metadata?.includes('"kind"'))).toMatchObject([
      { role: 'other', author: 'agent_a', content: 'Hm.' },
      { role: 'user', author: 'human', content: 'Stop that.' },
    ]);
    expect(rows('events').map(({ name, reasoning_tokens }) => [name, reasoning_tokens])).toContainEqual([
      'MessageCompleteEvent',
      '7',
    ]);
  });

  it('keep the local time of a message, and what it is in UTC', async () => {
    const { rows } = await readAll(await fileOf(conversationOf('flat', 1)));
    const [, , first] = rows('messages');
    expect(first?.occurred_at).toBe('2026-02-03T10:00:02.000100');
    expect(JSON.parse(first?.metadata ?? '')).toEqual({
      recorded_local_time: '2026-02-03T15:30:02.000090',
      utc_offset_minutes: 330,
      corrected_utc: '2026-02-03T10:00:02.000090',
    });
  });

  it('are told from their doubles', async () => {
    const lines = conversationOf('newest', 2);
    const { rows, files } = await readAll(await fileOf(lines.flatMap((line) => [line, line])));
    expect(rows('events').filter(({ event_type }) => event_type === 'cais')).toHaveLength(4);
    expect(files).toMatchObject([{ read: lines.length, skipped: lines.length }]);
  });

  it('belong to the turn they name when they come out of order', async () => {
    const [start = '', prompt = '', ...rest] = [
      ...startOf('flat'),
      ...turnOf('flat', 0),
      ...turnOf('flat', 1),
    ];
    const at = rest.findIndex((line) => line.includes('TurnCompleteEvent'));
    const late = [...rest.slice(0, at), ...rest.slice(at + 1), rest[at] ?? ''];
    const { rows } = await readAll(await fileOf([start, prompt, ...late]));
    expect(rows('timesteps').map(({ turn_number, completed_at }) => [turn_number, completed_at])).toEqual([
      ['1', '2026-02-03T10:01:09.000100'],
      ['0', '2026-02-03T10:00:09.000100'],
    ]);
    const steps = new Map(rows('timesteps').map(({ step_key, turn_number }) => [step_key, turn_number]));
    const calls = rows('events').filter(({ event_type }) => event_type === 'cais');
    expect(calls.map(({ step_key }) => steps.get(step_key ?? ''))).toEqual(['0', '0', '1', '1']);
  });
});

describe('conversations that are not whole', () => {
  it('have no turn, or no end', async () => {
    const request = { agent_id: 'agent_a', turn_number: 0, conversation_history: [] };
    const lines = [
      ...startOf('flat'),
      lineOf('flat', { type: 'MessageRequestEvent', time: '10:00:01', fields: request }),
    ];
    const { rows } = await readAll(await fileOf(lines));
    expect(rows('sessions')).toMatchObject([{ status: 'unknown', ended_at: null }]);
    expect(rows('timesteps')).toEqual([]);
    expect(rows('events')).toMatchObject([
      { name: 'MessageRequestEvent', event_type: 'runtime', cost_basis: null },
    ]);
  });

  it('keep of requests with long histories what stands around them', async () => {
    const said = { role: 'user', content: 'Grüße "}],"' };
    const requests = [2, 4_000, 3].map((length, index) =>
      lineOf('flat', {
        type: 'MessageRequestEvent',
        time: `10:00:0${index}`,
        fields: {
          agent_id: 'agent_a',
          conversation_history: Array.from({ length }, () => ({ ...said, agent_id: 'x'.repeat(500) })),
          note: `${'größer '.repeat(index === 1 ? 20_000 : 100)}${index}`,
        },
      }),
    );
    const { rows, warnings, files } = await readAll(await fileOf([...startOf('flat'), ...requests]));
    const notes = rows('event_payloads').map(({ metadata }) => JSON.parse(metadata ?? '').request.note);
    expect(notes.map((note) => note.slice(-3))).toEqual(['r 0', 'r 1', 'r 2']);
    expect(notes.map((note) => note.length)).toEqual([701, 140_001, 701]);
    expect(files).toMatchObject([{ skipped: 0 }]);
    expect(warnings).toEqual([]);
  });

  it('go on when their file was written to a moment ago', async () => {
    const path = await fileOf(startOf('flat'));
    await utimes(path, new Date(), new Date());
    const { rows } = await readAll(path);
    expect(rows('sessions')).toMatchObject([{ status: 'running' }]);
  });

  it('failed when their end or their run says so', async () => {
    const { rows } = await readAll(
      await fileOf([...startOf('newest'), endOf('newest', { status: 'failed', error: 'No key.' })]),
    );
    expect(rows('sessions')).toMatchObject([{ status: 'error', error: 'No key.' }]);
    const run = {
      experiment_id: 'exp_1',
      name: 'run',
      status: 'completed',
      error: 'It broke.',
      conversations: { conv_1: {} },
    };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(run));
    const again = await readAll(folder);
    expect(again.rows('sessions')).toMatchObject([
      { status: 'error', experiment_id: 'exp_1', error: 'No key.' },
    ]);
  });

  it('stand in one file, or share an id', async () => {
    const both = [...conversationOf('flat', 1, 'conv_a'), ...conversationOf('flat', 2, 'conv_b')];
    await fileOf(both, 'both_events.jsonl');
    await mkdir(join(folder, 'copy'));
    await fileOf(conversationOf('flat', 1, 'conv_a'), 'copy/events.jsonl');
    const { rows } = await readAll(folder);
    const names = rows('sessions').map(({ session_id }) => session_id);
    expect(names.sort()).toEqual(['conv_a', 'conv_a (copy/events.jsonl)', 'conv_b'].sort());
    expect(new Set(rows('sessions').map(({ session_no }) => session_no)).size).toBe(3);
    expect(rows('timesteps')).toHaveLength(4);
  });
});

describe('a run of which no events are left', () => {
  it('is listed, and its manifest is where that is said', async () => {
    const run = {
      experiment_id: 'exp_1',
      name: 'run',
      error: 'No server.',
      conversations: { conv_9: { status: 'created' } },
    };
    await mkdir(join(folder, 'run'));
    await writeFile(join(folder, 'run/manifest.json'), JSON.stringify(run));
    const { rows, warnings, files } = await readAll(folder);
    expect(rows('experiments')).toMatchObject([{ experiment_id: 'exp_1', error: 'No server.' }]);
    expect(rows('sessions')).toEqual([]);
    expect(files).toEqual([{ file: 'run/manifest.json', read: 1, skipped: 0, reasons: [] }]);
    expect(warnings).toEqual([
      {
        at: 'run/manifest.json:conversations',
        message:
          'The manifest names conversations that have no events file: conv_9. The run says: No server.',
        count: 1,
      },
    ]);
  });
});
