import {
  chatMessages,
  contentText,
  costOfCall,
  Fields,
  isObject,
  millisecondsBetween,
  noTokens,
  recordedCalls,
  type SessionRows,
  type Tokens,
  toolCallOf,
  toolRecord,
  utcOf,
} from '../recorded-chat';
import { type KindRows, sayUnknownKind } from '../unknown-kinds';
import type { Attachments } from './attachments';
import { rangesOf } from './chunked-sample';
import { errorText, type SampleMessages } from './sample-messages';
import type { SampleSpans } from './sample-spans';
import { addScores } from './score';

/** What happens beside calls and tools, of all versions. */
const NOTES = new Set([
  'anchor',
  'approval',
  'branch',
  'checkpoint',
  'compaction',
  'error',
  'info',
  'input',
  'interrupt',
  'logger',
  'sample_limit',
  'sandbox',
  'score_edit',
  'subtask',
]);

export interface SampleWriting {
  readonly rows: KindRows;
  readonly sample: Fields;
  readonly session: SessionRows;
  readonly messages: SampleMessages;
  readonly spans: SampleSpans;
  readonly attachments: Attachments;
  readonly ranCalls: ReadonlySet<string>;
}

/** Calls of models, and whether any of them says what it took. */
export interface WrittenCalls {
  readonly calls: number;
  readonly isMeasured: boolean;
}

/** The events of a sample in their order. Old logs keep a tool's and a subtask's events inside it. */
export function addEvents(events: readonly Fields[], writing: SampleWriting): WrittenCalls {
  let calls = 0;
  let isMeasured = false;
  for (const event of events) {
    const kind = event.text('event');
    const at = utcOf(event.raw('timestamp'));
    writing.spans.see(at);
    switch (kind) {
      case 'model':
        isMeasured = addModelCall(event, at, writing) || isMeasured;
        calls += 1;
        break;
      case 'tool':
        addToolRun(event, at, writing);
        break;
      case 'span_begin':
        writing.spans.begin({
          id: event.name('id'),
          parent: event.name('parent_id'),
          name: event.text('name'),
          kind: event.text('type'),
          at,
        });
        break;
      case 'span_end':
        writing.spans.end({ id: event.name('id'), name: null, at });
        break;
      case 'step':
        addSolverStep(event, at, writing);
        break;
      case 'state':
      case 'store':
        writing.spans.change(
          event.name('span_id'),
          kind,
          at,
          writing.attachments.resolve(event.raw('changes')),
        );
        break;
      case 'sample_init':
        // The sample's own input, which stands in it.
        break;
      case 'score':
        if (event.raw('intermediate') === true || writing.sample.raw('scores') === undefined)
          addScoreOnTheWay(event, at, writing);
        break;
      default:
        if (!NOTES.has(kind ?? '')) sayUnknownKind(writing.rows, 'Events', kind ?? '', event.at);
        addNote(event, kind, at, writing);
    }
    if (kind !== 'tool' && kind !== 'subtask') continue;
    const inside = addEvents(event.objects('events'), writing);
    calls += inside.calls;
    isMeasured ||= inside.isMeasured;
  }
  return { calls, isMeasured };
}

function addSolverStep(event: Fields, at: string | null, { spans }: SampleWriting): void {
  const name = event.text('name');
  if (event.raw('action') === 'begin')
    spans.begin({ id: null, parent: null, name, kind: event.text('type'), at });
  else spans.end({ id: null, name, at });
}

/** False: it does not say what it took. */
function addModelCall(event: Fields, at: string | null, writing: SampleWriting): boolean {
  const { session, messages, spans, attachments } = writing;
  messages.writeNew(inputOf(event, writing.sample), at);
  const output = event.object('output');
  const choice = output?.objects('choices')[0];
  const answer = choice?.object('message');
  const calls = answer === undefined ? [] : chatMessages(answer.value).flatMap((one) => one.calls);
  const open = calls.filter(({ callId }) => callId === null || !writing.ranCalls.has(callId));
  const completedAt = utcOf(event.raw('completed'));
  const model = event.text('model') ?? output?.text('model') ?? null;
  const provider = model?.includes('/') === true ? (model.split('/')[0] ?? null) : null;
  const usage = output?.object('usage');
  // An answer from Inspect's own cache was paid for by the call that it repeats.
  const isFromCache = event.raw('cache') === 'read';
  const tokens = isFromCache ? noTokens : tokensOf(usage);
  session.call({
    at,
    endedAt: completedAt,
    model,
    provider,
    systemId: event.text('role'),
    tokens,
    cost: isFromCache ? null : costOfCall({ model, provider }, tokens, usage?.number('total_cost') ?? null),
    latencyMs: latencyOf(event, output, at, completedAt),
    traceId: session.sessionId,
    spanId: spans.containing(event.name('span_id')),
    error: event.text('error') ?? output?.text('error') ?? null,
    truncated: choice?.raw('stop_reason') === 'max_tokens' ? true : null,
    record: {
      output_messages: answer === undefined ? [] : [attachments.resolve(answer.value)],
      ...(open.length > 0 ? { output_tool_calls: recordedCalls(open) } : {}),
      request_params: attachments.resolve({
        config: event.raw('config'),
        tool_choice: event.raw('tool_choice'),
        tools: event.list('tools').map((tool) => (isObject(tool) ? tool.name : tool)),
        input_messages: event.list('input').length,
      }),
      usage: usage?.value ?? null,
      finish_reason: choice?.text('stop_reason') ?? null,
    },
    metadata: attachments.resolve(
      without(event.value, ['input', 'output', 'call', 'tools', 'config', 'event', 'timestamp']),
    ),
  });
  if (answer !== undefined) messages.writeAnswer(answer, completedAt ?? at);
  return isFromCache || usage !== undefined;
}

/** Newer logs keep the messages of all calls in one pool and refer to ranges of it. */
function inputOf(event: Fields, sample: Fields): Fields[] {
  const refs = event.list('input_refs');
  const pool =
    refs.length === 0 ? [] : (sample.object('events_data')?.list('messages') ?? sample.list('message_pool'));
  const pooled = rangesOf(refs, pool).filter((one) => one !== undefined);
  const wrapped = new Fields({ pooled }, event.at, (message) => event.warn(message));
  return [...wrapped.objects('pooled'), ...event.objects('input')];
}

export function tokensOf(usage: Fields | undefined): Tokens {
  if (usage === undefined) return noTokens;
  return {
    input: usage.count('input_tokens'),
    output: usage.count('output_tokens'),
    total: usage.count('total_tokens'),
    cacheRead: usage.count('input_tokens_cache_read'),
    cacheWrite: usage.count('input_tokens_cache_write'),
    reasoning: usage.count('reasoning_tokens'),
  };
}

/** The call itself where it was measured, without waiting for a place or a retry. */
function latencyOf(
  event: Fields,
  output: Fields | undefined,
  at: string | null,
  completedAt: string | null,
): number | null {
  const seconds = output?.number('time') ?? event.number('working_time');
  return seconds === null ? millisecondsBetween(at, completedAt) : seconds * 1000;
}

function addToolRun(event: Fields, at: string | null, { session, spans, attachments }: SampleWriting): void {
  const completedAt = utcOf(event.raw('completed'));
  const seconds = event.number('working_time');
  const error = isObject(event.raw('error')) ? event.object('error') : undefined;
  const resolved = attachments.resolve(event.value);
  const call = toolCallOf(isObject(resolved) ? { ...resolved, name: resolved.function, function: null } : {});
  const result = event.raw('result');
  const hasResult = result !== undefined && result !== null && event.raw('pending') !== true;
  session.event({
    type: 'environment',
    name: call.name,
    at,
    endedAt: completedAt,
    latencyMs: millisecondsBetween(at, completedAt) ?? (seconds === null ? null : seconds * 1000),
    traceId: session.sessionId,
    spanId: spans.containing(event.name('span_id')),
    error: error === undefined ? null : errorText(error),
    truncated: Array.isArray(event.raw('truncated')) ? true : null,
    record: toolRecord(call, hasResult ? contentText(attachments.resolve(result)) : null),
    metadata: without(event.value, [
      'event',
      'arguments',
      'result',
      'function',
      'id',
      'events',
      'timestamp',
      'view',
    ]),
  });
}

/** The sample's scores say the final ones; one on the way belongs to its place, not to the outcome. */
function addScoreOnTheWay(event: Fields, at: string | null, writing: SampleWriting): void {
  const score = event.object('score');
  const name = event.text('scorer') ?? 'score';
  const scores = score && event.child('scores', { [name]: score.value });
  const isFinal = event.raw('intermediate') !== true;
  const eventKey = isFinal
    ? null
    : writing.session.event({
        type: 'runtime',
        name: 'intermediate score',
        at,
        metadata: { target: event.raw('target') },
      });
  addScores(scores, writing.session, { at, eventKey });
}

/** Whatever else happened: limits, errors, log lines, approvals, input. */
function addNote(event: Fields, kind: string | null, at: string | null, writing: SampleWriting): void {
  const { session, spans, attachments } = writing;
  const said = isObject(event.raw('error')) ? event.object('error')?.text('message') : null;
  const limit = kind === 'sample_limit' ? (event.text('message') ?? event.text('type')) : null;
  const info = {
    name: kind ?? 'event',
    metadata: attachments.resolve(without(event.value, ['event', 'timestamp'])),
  };
  session.event({
    ...info,
    type: 'runtime',
    at,
    traceId: session.sessionId,
    spanId: spans.containing(event.name('span_id')),
    error: kind === 'error' ? (said ?? 'error') : limit,
  });
}

function without(value: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}
