import type { DocumentRows } from '../documents';
import { toJson } from '../documents';
import { textOf } from './attributes';
import { agentOf, hasUsage, partOf, type SpanPart, speaksOfAgents, vercelOperationOf } from './call';
import { errorOf, eventRow, payloadRow } from './event-rows';
import { checkStores, isOfStores } from './junjo-stores';
import { messagesOf } from './messages';
import { inConvention, isPlaceholder } from './recorders';
import { type Attributes, msOf, type Span, timeOf, timeOfMs } from './span';
import { patchRows, spanRow } from './span-rows';
import { SpanSet } from './span-set';
import { newTrace, type PendingSpan, type PendingTrace, sessionRow, type Trace } from './trace';
import { Transcript } from './transcript';
import { countedCalls, stepsOf, type TraceTree, type TreeSpan, treeOf } from './tree';

/** A trace that did not grow for so many blocks is put together though its root is missing. */
const QUIET_BLOCKS = 8;
/** Characters of spans that wait; beyond it traces are put together with what is there. */
const MOST_WAITING = 12_000_000;
const MOST_SPANS_WAITING = 200_000;
const MOST_TEXTS = 2_000;

const GROUP_NAMES = [
  'session.id',
  'gen_ai.conversation.id',
  'langfuse.session.id',
  'traceloop.association.properties.session_id',
  'ai.telemetry.metadata.sessionId',
  'mlflow.trace.session',
];
const USER_NAMES = [
  'user.id',
  'enduser.id',
  'langfuse.user.id',
  'traceloop.association.properties.user_id',
  'ai.telemetry.metadata.userId',
  'mlflow.trace.user',
];
const NO_PART: SpanPart = { role: 'other', usage: null };
const NO_ATTRIBUTES: Attributes = {};

type SpanTimes = Pick<TreeSpan, 'startMs' | 'endMs'>;

interface WaitingSpan {
  readonly span: Span;
  readonly times: SpanTimes;
  readonly characters: number;
}

/**
 * Turns spans, in whatever order and however far apart, into rows. The row of a span goes on at once; events, messages and steps need the
 * tree and wait until the trace has grown quiet, the file ends or they are too many. A trace that goes on after that stays one session.
 */
export class SpanCollector {
  private readonly seen = new SpanSet();
  private readonly traces = new Map<string, Trace>();
  private readonly waiting = new Set<Trace>();
  private readonly resources = new WeakMap<Attributes, string>();
  private readonly systems = new Set<string>();
  private readonly texts = new Map<string, string>();
  /** Operations of the Vercel SDK whose requests stand in traces of their own: their outer spans only repeat them. */
  private readonly apart = new Set<string>();
  private fresh: Trace[] = [];
  private readonly due = new Set<Trace>();
  private latest: Trace | undefined;
  private waitingCharacters = 0;
  private block = 0;
  private next = { step: 0, event: 0, message: 0 };

  /** `complete` gives a span what was recorded of it elsewhere. */
  constructor(
    private readonly rows: DocumentRows,
    private readonly complete = (span: Span) => span,
  ) {}

  startFile(): void {
    this.next = { step: 0, event: 0, message: 0 };
  }

  /** `characters`: about what the span takes while it waits. `line`: its row, where that is there already; nothing completes it. */
  add(recorded: Span, at: number | string, characters: number, line?: Buffer): void {
    const span = line === undefined ? this.complete(recorded) : recorded;
    if (!this.seen.add(span.traceId, span.spanId)) {
      this.rows.skip(at, 'A span that is here already (the same trace and span id); the first is kept.');
      return;
    }
    this.rows.read();
    if (line === undefined) this.rows.add('spans', spanRow(span));
    else this.rows.addLine('spans', line);
    if (span.events.length > 0) for (const patch of patchRows(span)) this.rows.add('state_patches', patch);
    this.checkTimes(span, at);
    const trace = this.traceOf(span.traceId);
    const times = { startMs: msOf(span.startNs), endMs: msOf(span.endNs) };
    this.note(trace, span, times);
    this.wait(trace, { span, times, characters });
  }

  /** Between blocks of a file: new traces become sessions, quiet ones are put together. */
  endBlock(): void {
    for (const trace of this.fresh) this.addSession(trace);
    this.fresh = [];
    this.block += 1;
    const isTooMuch = this.waitingCharacters > MOST_WAITING;
    for (const trace of this.waiting) {
      const { pending } = trace;
      if (pending === undefined) continue;
      const isQuiet = this.block - pending.block > QUIET_BLOCKS;
      if (isTooMuch || isQuiet || pending.spans.length > MOST_SPANS_WAITING) this.putTogether(trace);
      // A recorder writes a root when all below has ended; the trace that was read last may just go on.
      else if (trace.hasRoot && trace !== this.latest && !pending.isIncomplete)
        this.tryTogether(trace, pending);
    }
  }

  endFile(): void {
    for (const trace of this.waiting) this.putTogether(trace);
    for (const trace of this.due) this.addSession(trace);
    this.fresh = [];
    this.due.clear();
  }

  get traceCount(): number {
    return this.traces.size;
  }

  private traceOf(traceId: string): Trace {
    const known = this.traces.get(traceId);
    if (known !== undefined) return known;
    const trace = newTrace(traceId);
    this.traces.set(traceId, trace);
    this.fresh.push(trace);
    return trace;
  }

  private note(trace: Trace, span: Span, { startMs, endMs }: SpanTimes): void {
    trace.spans += 1;
    if (span.status === 'ERROR') trace.failedSpans += 1;
    if (startMs < trace.startMs) trace.startMs = startMs;
    if (endMs > trace.endMs) trace.endMs = endMs;
    trace.groupId ??= textOf(span.attributes, ...GROUP_NAMES);
    trace.userId ??= textOf(span.attributes, ...USER_NAMES);
    const isRoot = span.parentSpanId === null;
    const isEarlier = !(startMs >= trace.rootStartMs);
    if (isRoot ? !trace.hasRoot || isEarlier : !trace.hasRoot && isEarlier) {
      trace.hasRoot = isRoot;
      trace.rootStartMs = Number.isNaN(startMs) ? Number.POSITIVE_INFINITY : startMs;
      trace.title = span.name === null ? null : this.same(span.name);
      trace.isRootEnded = span.endNs !== null;
      trace.rootError = isRoot ? errorOf(span) : null;
      trace.service = span.serviceName;
      trace.resource = this.resourceText(span.resource);
    }
    trace.isDue = true;
    this.due.add(trace);
  }

  private wait(trace: Trace, { span, times, characters }: WaitingSpan): void {
    if (trace.pending === undefined) {
      trace.pending = {
        spans: [],
        stores: [],
        operations: [],
        characters: 0,
        block: this.block,
        isIncomplete: false,
      };
      this.waiting.add(trace);
    }
    const { pending } = trace;
    const isSpeaking = speaksOfAgents(span.attributes);
    const own = isSpeaking ? inConvention(span) : span;
    const { role, usage } = isSpeaking ? partOf(own.attributes) : NO_PART;
    const held = isSpeaking || span.status === 'ERROR' ? { span: own, usage } : undefined;
    if (held !== undefined) {
      pending.characters += characters;
      this.waitingCharacters += characters;
    }
    const operation = isSpeaking ? vercelOperationOf(own.attributes) : undefined;
    const place = pending.spans.length;
    if (operation?.isRequest === false) pending.operations.push({ place, name: operation.name });
    else if (operation !== undefined && span.parentSpanId === null) this.apart.add(operation.name);
    if (isOfStores(span)) pending.stores.push({ place, span });
    pending.spans.push({
      spanId: span.spanId,
      parentSpanId: span.parentSpanId,
      name: span.name,
      startMs: times.startMs,
      endMs: times.endMs,
      role,
      hasUsage: usage !== null && hasUsage(usage),
      held,
    });
    pending.block = this.block;
    pending.isIncomplete = false;
    this.latest = trace;
  }

  private checkTimes(span: Span, at: number | string): void {
    const { startNs, endNs } = span;
    if (startNs === null) this.rows.warn('Spans without a time of start.', at);
    else if (endNs !== null && endNs < startNs) this.rows.warn('Spans that end before they start.', at);
    else if (endNs === startNs && !isPlaceholder(span.attributes)) this.rows.warn('Spans of no length.', at);
  }

  private leaveOutRepeated({ operations, spans }: PendingTrace): void {
    for (const { place, name } of operations) {
      const span = spans[place];
      if (span?.role === 'wrapper' && this.apart.has(name))
        spans[place] = { ...span, role: 'other', hasUsage: false };
    }
  }

  private tryTogether(trace: Trace, pending: PendingTrace): void {
    this.leaveOutRepeated(pending);
    const { spans } = pending;
    const tree = treeOf(spans);
    if (spans.some(isWrapper)) {
      for (const place of countedCalls(spans, tree))
        if (spans[place]?.role === 'wrapper') pending.isIncomplete = true;
    }
    if (!pending.isIncomplete) this.putTogether(trace, tree);
  }

  private putTogether(trace: Trace, known?: TraceTree): void {
    const { pending } = trace;
    if (pending === undefined) return;
    trace.pending = undefined;
    this.waiting.delete(trace);
    this.waitingCharacters -= pending.characters;
    this.leaveOutRepeated(pending);
    const tree = known ?? treeOf(pending.spans);
    this.sayOddities(trace, pending, tree);
    // Of a trace that comes in parts, or of which there is but one, each part knows but some of the changes.
    if (trace.hasRoot && trace.steps === 0 && trace.sequence === 0)
      checkStores(pending.stores, tree, (message, { spanId }) => this.rows.warn(message, `span ${spanId}`));
    const stepKeys = this.addSteps(trace, pending, tree);
    this.addEvents(trace, pending, { tree, stepKeys });
  }

  private sayOddities({ traceId }: Trace, { spans }: PendingTrace, tree: TraceTree): void {
    const missing = tree.orphans.filter((place) => {
      const parent = spans[place]?.parentSpanId;
      return parent !== undefined && parent !== null && !this.seen.has(traceId, parent);
    });
    const [first] = missing;
    if (first !== undefined)
      this.rows.warn(
        'Spans name a parent that was not found; they stand at the top.',
        `span ${spans[first]?.spanId}`,
        missing.length,
      );
    const [circle] = tree.cyclic;
    if (circle !== undefined)
      this.rows.warn(
        'Spans are each other’s parents; the earliest stands at the top.',
        `span ${spans[circle]?.spanId}`,
        tree.cyclic.length,
      );
  }

  /** Keys of the steps by the place of each span. */
  private addSteps(trace: Trace, { spans }: PendingTrace, tree: TraceTree): (place: number) => bigint | null {
    const { steps, stepOf } = stepsOf(spans, tree);
    const keys = steps.map(({ tops }) => {
      const [top = -1] = tops;
      const first = spans[top];
      let startMs = Number.POSITIVE_INFINITY;
      let endMs = Number.NEGATIVE_INFINITY;
      for (const place of tops) {
        startMs = Math.min(startMs, spans[place]?.startMs ?? Number.NaN);
        endMs = Math.max(endMs, spans[place]?.endMs ?? Number.NaN);
      }
      const key = this.rows.key(this.next.step++);
      this.rows.add('timesteps', {
        step_key: key,
        session_id: trace.traceId,
        step_id: first?.name ?? null,
        step_index: trace.steps,
        turn_number: null,
        started_at: timeOfMs(startMs),
        completed_at: timeOfMs(endMs),
        metadata: `{"span_id":${JSON.stringify(first?.spanId ?? null)}}`,
      });
      trace.steps += 1;
      return key;
    });
    return (place) => keys[stepOf[place] ?? -1] ?? null;
  }

  private addEvents(
    trace: Trace,
    { spans }: PendingTrace,
    { tree, stepKeys }: { tree: TraceTree; stepKeys: (place: number) => bigint | null },
  ): void {
    const counted = countedCalls(spans, tree);
    const transcript = new Transcript();
    const hadCalls = trace.calls > 0;
    for (const place of tree.order) {
      const own = spans[place];
      if (own?.held === undefined) continue;
      const { span } = own.held;
      // The span that it announces is here.
      if (isPlaceholder(span.attributes) && tree.parents[place] !== -1) continue;
      // A part that came before holds the calls that this one repeats.
      const isRepeated = own.role === 'wrapper' && hadCalls;
      const usage = counted.has(place) && !isRepeated ? own.held.usage : null;
      if (usage !== null && own.role === 'call') trace.calls += 1;
      const stepKey = stepKeys(place);
      const said = usage === null ? [] : transcript.added(messagesOf(span));
      const output = said.findIndex(({ role }) => role === 'assistant' || role === 'tool_use');
      const author = this.systemOf(place, { spans, tree, span });
      const eventPlace = {
        eventKey: this.rows.key(this.next.event++),
        stepKey,
        systemId: author,
        sequence: BigInt(trace.sequence++),
        role: own.role,
        usage,
      };
      this.rows.add('events', eventRow(span, eventPlace));
      const payload = payloadRow(span, eventPlace);
      if (payload !== undefined) this.rows.add('event_payloads', payload);
      said.forEach((message, index) => {
        const isOutput = output !== -1 && index >= output;
        this.rows.add('messages', {
          message_key: this.rows.key(this.next.message++),
          session_id: trace.traceId,
          step_key: stepKey,
          role: message.role,
          author: message.author ?? (message.role === 'assistant' ? author : null),
          content: message.content,
          occurred_at: timeOf((isOutput ? span.endNs : span.startNs) ?? span.startNs ?? span.endNs),
          sequence: BigInt(trace.sequence++),
          metadata: message.metadata === null ? null : toJson(message.metadata),
        });
      });
    }
  }

  /** The nearest agent upwards, else the service; each is a system, said once. */
  private systemOf(
    place: number,
    { spans, tree, span }: { spans: readonly PendingSpan[]; tree: TraceTree; span: Span },
  ): string | null {
    let agent: string | null = null;
    for (let at = place; at !== -1 && agent === null; at = tree.parents[at] ?? -1)
      agent = agentOf(spans[at]?.held?.span.attributes ?? NO_ATTRIBUTES);
    const name = agent ?? span.serviceName;
    if (name === null || this.systems.has(name)) return name;
    this.systems.add(name);
    this.rows.add('systems', {
      system_id: name,
      name,
      system_type: agent === null ? 'service' : 'agent',
      description: null,
      created_at: null,
      metadata: null,
    });
    return name;
  }

  private addSession(trace: Trace): void {
    if (!trace.isDue) return;
    trace.isDue = false;
    this.due.delete(trace);
    this.rows.addSession(sessionRow(trace));
  }

  /** One string for equal texts: many traces have the same few, and each is kept. */
  private same(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size < MOST_TEXTS) this.texts.set(text, text);
    return text;
  }

  private resourceText(resource: Attributes): string {
    const known = this.resources.get(resource);
    if (known !== undefined) return known;
    const text = this.same(toJson(resource));
    this.resources.set(resource, text);
    return text;
  }
}

function isWrapper({ role }: TreeSpan): boolean {
  return role === 'wrapper';
}
