import { costOf, priceOf } from '../../model';
import { type DocumentRows, toJson } from '../documents';
import { noEvent } from '../no-event';
import type { NewRow } from '../row-chunks';
import { amountIn, detailsOf, type Fields, type PidginEvent, textIn, wholeIn } from './event';

/** An event that is not a row yet. Small and JSON, as it may have to be kept until the file has grown. */
export interface Waiting {
  readonly line: number;
  readonly at: string | null;
  readonly type: string;
  readonly fields: Fields;
}

/** The call of an agent: asked for, and answered when `complete` is there. */
export interface Call {
  readonly agent: string;
  readonly request: Waiting | null;
  readonly complete: Waiting | null;
  readonly usage: Waiting | null;
  readonly thinkingTokens: number | null;
  readonly step: number | null;
}

export interface CallPlace {
  readonly sessionId: string;
  readonly systemId: string | null;
  /** The model that the conversation names for the agent. */
  readonly model: string | null;
}

export function waitingOf(event: PidginEvent, line: number, without: readonly string[] = []): Waiting {
  return { line, at: event.at, type: event.type, fields: detailsOf(event.fields, without) };
}

/**
 * The row of a call. It stands at its request's line, so that one which was still on its way when the file was read is replaced by the
 * answered one.
 */
export function addCall(rows: DocumentRows, call: Call, place: CallPlace): void {
  const { request, complete, usage } = call;
  const first = request ?? complete ?? usage;
  if (first === null) return;
  const last = usage ?? complete ?? first;
  const event_key = rows.key(first.line);
  const row: NewRow<'events'> = {
    ...emptyEvent({ key: event_key, sessionId: place.sessionId, line: first.line }),
    step_key: call.step === null ? null : rows.key(call.step),
    // A request that nobody answered is no call with unknown costs.
    event_type: complete === null ? 'runtime' : 'cais',
    name: complete?.type ?? first.type,
    system_id: place.systemId,
    // The call began with its request; a bar drawn from here ends where the message was complete.
    occurred_at: first.at,
    model: place.model,
    provider: providerIn(last.fields),
    latency_ms: complete === null ? null : amountIn(complete.fields, 'duration_ms'),
    reasoning_tokens: bigintOf(call.thinkingTokens),
  };
  const counted = withTokens(withTokens(row, complete?.fields), usage?.fields);
  rows.add('events', complete === null ? counted : priced(counted));
  addPayload(
    rows,
    { event_key, session_id: place.sessionId },
    {
      ...(complete === null ? {} : { complete: complete.fields }),
      ...(request === null ? {} : { request: request.fields }),
      ...(usage === null ? {} : { usage: usage.fields }),
    },
  );
}

/** Whatever else happened, under its own name. */
export function addRuntimeEvent(
  rows: DocumentRows,
  event: Waiting,
  place: CallPlace & { readonly step: number | null; readonly error: string | null },
): void {
  const { fields, line } = event;
  const event_key = rows.key(line);
  const waited = amountIn(fields, 'wait_time');
  const timeout = amountIn(fields, 'timeout_seconds');
  const seconds = waited ?? timeout;
  const row: NewRow<'events'> = {
    ...emptyEvent({ key: event_key, sessionId: place.sessionId, line }),
    step_key: place.step === null ? null : rows.key(place.step),
    name: event.type,
    system_id: place.systemId,
    occurred_at: event.at,
    model: textIn(fields, 'model'),
    provider: providerIn(fields),
    latency_ms: seconds === null ? amountIn(fields, 'duration_ms') : seconds * 1000,
    error: place.error,
  };
  // Tokens of a call that the file does not show are still spent.
  rows.add('events', event.type === 'TokenUsageEvent' ? withTokens(row, fields) : row);
  addPayload(rows, { event_key, session_id: place.sessionId }, fields);
}

function addPayload(
  rows: DocumentRows,
  key: { readonly event_key: bigint; readonly session_id: string },
  metadata: unknown,
): void {
  rows.add('event_payloads', {
    ...key,
    call_records: null,
    state_before: null,
    state_after: null,
    metadata: toJson(metadata),
  });
}

function emptyEvent(event: { key: bigint; sessionId: string; line: number }): NewRow<'events'> {
  return {
    ...noEvent,
    event_key: event.key,
    session_id: event.sessionId,
    event_type: 'runtime',
    sequence: BigInt(event.line),
  };
}

/** Tokens of a call from whichever event says them. Pidgin's `tokens_used` is its own estimate: kept in the payload, not counted. */
function withTokens(row: NewRow<'events'>, fields: Fields | undefined): NewRow<'events'> {
  if (fields === undefined) return row;
  const input = wholeIn(fields, 'prompt_tokens');
  const output = wholeIn(fields, 'completion_tokens');
  if (input === null && output === null) return row;
  const sum = input !== null && output !== null ? input + output : null;
  return {
    ...row,
    model: textIn(fields, 'model') ?? row.model,
    input_tokens: bigintOf(input),
    output_tokens: bigintOf(output),
    total_tokens: bigintOf(wholeIn(fields, 'total_tokens') ?? sum),
  };
}

/** Pidgin's event files carry no cost: priced from tokens where the model is known. */
function priced(row: NewRow<'events'>): NewRow<'events'> {
  const price = row.model === null ? undefined : priceOf(row.model, row.provider);
  if (price === undefined || row.input_tokens === null || row.output_tokens === null) {
    return { ...row, cost_basis: 'unpriced' };
  }
  const tokens = { input: Number(row.input_tokens), output: Number(row.output_tokens) };
  return { ...row, cost_usd: costOf(tokens, price), cost_basis: 'priced' };
}

function providerIn(fields: Fields): string | null {
  return textIn(fields, 'provider')?.toLowerCase() ?? null;
}

function bigintOf(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}
