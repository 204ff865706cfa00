import {
  amountOf,
  isJson,
  type Json,
  jsonOf,
  listOf,
  msOf,
  parsedJson,
  textOf,
  utcOf,
} from '../agent-session';
import { type Answer, answersOf } from './answers';
import { chatOfGemini } from './gemini';

/** A request to a model's API and what came back: one or, over a socket, several answers. */
export interface Exchange {
  /** When it began. */
  readonly at: string | null;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly name: string;
  readonly provider: string | null;
  /** The body of each request, in order. */
  readonly requests: readonly Json[];
  readonly answers: readonly Answer[];
  readonly error: string | null;
  readonly notes: Json;
}

/** Undefined: valid JSON, but no recorded exchange. */
export function parseExchange(value: unknown): Exchange | undefined {
  if (!isExchange(value)) return undefined;
  const request = jsonOf(value.request);
  const response = jsonOf(value.response);
  const path = pathOf(request);
  const endedAt = utcOf(value.timestamp) ?? utcOf(response.timestamp) ?? utcOf(value.logged_at);
  const startedAt = utcOf(request.timestamp);
  const durationMs = amountOf(value.duration_ms) ?? between(startedAt, endedAt);
  const end = msOf(endedAt);
  const status = amountOf(response.status) ?? amountOf(response.status_code);
  const { body, ...headless } = response;
  // Counting what a request would take asks no model.
  const requests = /(?:\/count_tokens|:countTokens)$/.test(path) ? [] : requestsOf(request, path);
  return {
    at:
      startedAt ??
      (end === null || durationMs === null ? endedAt : utcOf(new Date(end - durationMs).toISOString())),
    endedAt,
    durationMs,
    name: `${textOf(request.method) ?? ''} ${path}`.trim(),
    provider: providerOf(path, textOf(value.upstream_base_url) ?? textOf(request.url) ?? ''),
    requests,
    answers:
      isModelPath(path) || requests.some((one) => 'messages' in one || 'input' in one)
        ? answersOf(response)
        : [],
    error: errorOf(body, status, response),
    notes: {
      request_id: value.request_id ?? value.id,
      turn: value.turn,
      transport: value.transport,
      upstream: value.upstream_base_url,
      status,
      completed: headless.completed,
    },
  };
}

export function isExchange(value: unknown): value is Json {
  if (!isJson(value) || !isJson(value.request) || !('response' in value)) return false;
  const { request } = value;
  const isCalled = 'path' in request || 'url' in request;
  return isCalled && 'body' in request && (isJson(value.response) || value.response === null);
}

function requestsOf(request: Json, path: string): Json[] {
  const sent = listOf(request.ws_events)
    .map(jsonOf)
    .filter(({ type }) => type === 'response.create');
  if (sent.length > 0) return sent;
  const body = typeof request.body === 'string' ? parsedJson(request.body) : request.body;
  return isJson(body) ? [chatOfGemini(body, path)] : [];
}

function pathOf(request: Json): string {
  const path = textOf(request.path) ?? textOf(request.url) ?? '';
  return path.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*$/s, '');
}

function isModelPath(path: string): boolean {
  return /(?:\/(?:messages|responses|chat\/completions|completions)|:(?:stream)?[gG]enerateContent)$/.test(
    path,
  );
}

function providerOf(path: string, upstream: string): string | null {
  if (/\/v1\/messages/.test(path) || /anthropic/.test(upstream)) return 'anthropic';
  if (/\/(?:responses|chat\/completions)/.test(path))
    return /openai|chatgpt/.test(upstream) || upstream === '' ? 'openai' : hostOf(upstream);
  if (/[gG]enerateContent$/.test(path)) return 'google';
  return upstream === '' ? null : hostOf(upstream);
}

function hostOf(upstream: string): string {
  return upstream.replace(/^\w+:\/\//, '').replace(/[/:].*$/s, '');
}

function errorOf(body: unknown, status: number | null, response: Json): string | null {
  const said = typeof body === 'string' ? parsedJson(body) : body;
  const error = jsonOf(said).error ?? response.error;
  const message = textOf(error) ?? textOf(jsonOf(error).message);
  if (message !== null) return message;
  return status !== null && status >= 400 ? `The API answered ${status}.` : null;
}

function between(from: string | null, to: string | null): number | null {
  const [start, end] = [msOf(from), msOf(to)];
  return start === null || end === null || end < start ? null : end - start;
}
