import {
  type ChatMessage,
  chatMessages,
  type Fields,
  isObject,
  messagesIn,
  metadataOf,
  pairCalls,
  SessionRows,
  titleOf,
  utcOf,
  writeConversation,
} from '../recorded-chat';
import { Attachments } from './attachments';
import type { LogPlace } from './log';
import { addEvents, type SampleWriting, tokensOf } from './sample-events';
import { errorText, SampleMessages } from './sample-messages';
import { SampleSpans } from './sample-spans';
import { addScores } from './score';

const OWN = [
  'messages',
  'events',
  'transcript',
  'attachments',
  'events_data',
  'message_pool',
  'call_pool',
  'store',
  'output',
];

/** One sample in one epoch: a session. `isCut`: its end is missing. */
export function addSample(sample: Fields, place: LogPlace, isCut: boolean): void {
  const { rows } = place;
  if (isElsewhere(sample, place)) return;
  if (!isCut) for (const mark of marksOf(sample, place)) place.files.add(mark, place.file);
  const sessionId = sessionIdOf(sample, place);
  const session = new SessionRows(rows, sessionId, place.ordinals);
  const transcript = sample.object('transcript');
  const attachments = new Attachments(sample.raw('attachments'), transcript?.raw('content'));
  const events =
    sample.raw('events') === undefined ? (transcript?.objects('events') ?? []) : sample.objects('events');
  const ranCalls = new Set(callsThatRan(events));
  const spans = new SampleSpans(rows, sessionId);
  const messages = new SampleMessages(session, attachments, ranCalls);
  const writing: SampleWriting = { rows, sample, session, messages, spans, attachments, ranCalls };
  const { calls, isMeasured } = addEvents(events, writing);
  const endedAt = utcOf(sample.raw('completed_at')) ?? lastTime(events);
  if (calls === 0) addUncalled(sample, attachments, session, place.model);
  else {
    messages.writeNew(sample.objects('messages'), endedAt);
    if (!isMeasured) addUsage(sample, session, endedAt);
  }
  const scores = isObject(sample.raw('scores')) ? sample.object('scores') : singleScore(sample);
  addScores(scores, session, { at: endedAt });
  session.finish();
  spans.finish({
    store: attachments.resolve(sample.raw('store')),
    output: attachments.resolve(sample.raw('output')),
  });
  if (attachments.missing > 0)
    rows.warn('Attachments that the sample refers to are missing.', sample.at, attachments.missing);
  addSampleSession(sample, place, {
    sessionId,
    startedAt: utcOf(sample.raw('started_at')) ?? firstTime(events),
    endedAt,
  });
  rows.read();
}

/** A sample that is known from the log's summaries alone: its file is missing or could not be read. */
export function addSummary(summary: Fields, place: LogPlace, reason: string): void {
  if (isElsewhere(summary, place)) return;
  const sessionId = sessionIdOf(summary, place);
  const session = new SessionRows(place.rows, sessionId, place.ordinals);
  const endedAt = utcOf(summary.raw('completed_at'));
  addUsage(summary, session, endedAt);
  addScores(summary.object('scores'), session, { at: endedAt });
  session.finish();
  addSampleSession(summary, place, { sessionId, startedAt: utcOf(summary.raw('started_at')), endedAt });
  place.rows.warn(`A sample is shown from its summary alone: ${reason}`, summary.at);
}

/** Another file tells the sample, which is said. */
function isElsewhere(sample: Fields, place: LogPlace): boolean {
  const other = marksOf(sample, place)
    .map((mark) => place.files.otherOf(mark, place.file))
    .find((file) => file !== undefined);
  if (other === undefined) return false;
  place.rows.warn(`Samples of the evaluation stand in ${other} too: they are read there.`, sample.at);
  return true;
}

/** What the same sample has in another file: of its evaluation, or of one that was retried and took over what had succeeded before. */
function marksOf(sample: Fields, place: LogPlace): string[] {
  const uuid = sample.name('uuid');
  const run = uuid ?? retryMarkOf(sample, place);
  return [...(place.hasId ? [nameOf(sample, place)] : []), ...(run === null ? [] : [run])];
}

/** Of logs before samples had an id of their own: a retried task keeps its id, and two runs of a sample do not begin together. */
function retryMarkOf(sample: Fields, { taskId }: LogPlace): string | null {
  const [first] = sample.raw('events') === undefined ? [] : sample.objects('events');
  const at = utcOf(sample.raw('started_at')) ?? utcOf(first?.raw('timestamp'));
  return taskId === null || at === null
    ? null
    : `${taskId}/${sample.name('id') ?? ''}/${sample.name('epoch') ?? ''}/${at}`;
}

function sessionIdOf(sample: Fields, place: LogPlace): string {
  return place.rows.claim(place.names.take(nameOf(sample, place)));
}

function nameOf(sample: Fields, { experimentId }: LogPlace): string {
  return `${experimentId}/${sample.name('id') ?? 'sample'}/epoch_${sample.name('epoch') ?? '1'}`;
}

function addSampleSession(
  sample: Fields,
  place: LogPlace,
  said: { readonly sessionId: string; readonly startedAt: string | null; readonly endedAt: string | null },
): void {
  const failed = sample.raw('error');
  const error = isObject(failed)
    ? (sample.object('error')?.text('message') ?? 'error')
    : typeof failed === 'string'
      ? failed
      : null;
  const limit = isObject(sample.raw('limit')) ? sample.object('limit') : undefined;
  const status = error === null ? 'completed' : 'error';
  place.rows.addSession({
    session_id: said.sessionId,
    experiment_id: place.hasLog ? place.experimentId : null,
    kind: 'session',
    title: titleOfSample(sample, place),
    status,
    created_at: said.startedAt ?? place.createdAt,
    started_at: said.startedAt,
    ended_at: said.endedAt,
    error: error ?? (limit === undefined ? null : `limit reached: ${errorText(limit)}`),
    metadata: metadataOf(sample.rest(...OWN), { status, endedAt: said.endedAt }),
  });
}

function titleOfSample(sample: Fields, { task, hasEpochs, experimentId }: LogPlace): string {
  const id = sample.name('id');
  const epoch = hasEpochs ? ` (epoch ${sample.name('epoch') ?? '1'})` : '';
  const head = [task, id === null ? null : `#${id}`].filter((part) => part).join(' ');
  const asked = messagesIn(sample.raw('input'), 'user').findLast(({ role }) => role === 'user')?.text ?? '';
  return [`${head}${epoch}`, titleOf(asked, 90)].filter((part) => part).join(' · ') || experimentId;
}

/** Logs without events: the chat, and what all calls came to. */
function addUncalled(
  sample: Fields,
  attachments: Attachments,
  session: SessionRows,
  model: string | null,
): void {
  const said = sample
    .objects('messages')
    .map((one) => ({ one, message: chatMessages(asObject(attachments.resolve(one.value)))[0] }));
  const known = said.filter(
    (pair): pair is { one: Fields; message: ChatMessage } => pair.message !== undefined,
  );
  const usedModels = Object.keys(sample.object('model_usage')?.value ?? {});
  const isMeasured = usedModels.length > 0;
  const answered = pairCalls(known.map(({ message }) => message)).size;
  writeConversation(
    known.map(({ message }) => message),
    session,
    {
      callOf: (_message, index) => ({
        model: known[index]?.one.text('model') ?? model,
        cost: isMeasured ? null : { usd: null, basis: 'unpriced' },
      }),
      toolOf: (message, index) => {
        const one = known[index]?.one;
        const error = isObject(one?.raw('error')) ? one?.object('error') : undefined;
        return {
          ...(answered === 0 ? { name: one?.text('function') ?? message.name ?? 'tool' } : {}),
          ...(error === undefined ? {} : { error: errorText(error) }),
        };
      },
    },
  );
  addUsage(sample, session, utcOf(sample.raw('completed_at')));
}

/** Tokens of a whole sample by model, where its calls are not in the log. */
function addUsage(sample: Fields, session: SessionRows, at: string | null): void {
  const usage = sample.object('model_usage');
  for (const [model, said] of Object.entries(usage?.value ?? {})) {
    if (!isObject(said)) continue;
    const fields = usage?.child(model, said);
    const usd = fields?.number('total_cost') ?? null;
    session.sessionEvent({
      type: 'runtime',
      name: 'model_usage, all calls',
      at,
      model,
      provider: model.split('/')[0] ?? null,
      tokens: tokensOf(fields),
      cost: { usd, basis: usd === null ? 'unpriced' : 'reported' },
      metadata: said,
    });
  }
}

function* callsThatRan(events: readonly Fields[]): Generator<string> {
  for (const event of events) {
    const kind = event.raw('event');
    const id = kind === 'tool' ? event.name('id') : null;
    if (id !== null) yield id;
    if (kind === 'tool' || kind === 'subtask') yield* callsThatRan(event.objects('events'));
  }
}

/** Version 1 knew one score a sample. */
function singleScore(sample: Fields): Fields | undefined {
  const score = sample.raw('score');
  return isObject(score) ? sample.child('score', { score }) : undefined;
}

function firstTime(events: readonly Fields[]): string | null {
  return utcOf(events.find((event) => utcOf(event.raw('timestamp')) !== null)?.raw('timestamp'));
}

function lastTime(events: readonly Fields[]): string | null {
  return utcOf(events.findLast((event) => utcOf(event.raw('timestamp')) !== null)?.raw('timestamp'));
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
