import { anthropicUsage } from '../agent-session';
import type { DocumentRows } from '../documents';
import {
  contentText,
  costOfCall,
  Fields,
  isObject,
  metadataOf,
  millisecondsBetween,
  noTokens,
  Ordinals,
  SessionRows,
  textIn,
  titleOf,
  toolRecord,
  utcOf,
} from '../recorded-chat';

interface OpenTool {
  readonly name: string;
  readonly arguments: string;
  readonly at: string | null;
}

/** A session of managed agents as its client saw it: one call or streamed event a line. */
export class ManagedSession {
  private readonly session: SessionRows;
  private readonly starts = new Map<string, string | null>();
  private readonly tools = new Map<string, OpenTool>();
  private readonly answers: { text: string; at: string | null }[] = [];
  private created: Fields | undefined;
  private error: string | null = null;
  private firstAsked = '';
  private lastAt: string | null = null;

  constructor(
    private readonly rows: DocumentRows,
    private readonly name: string,
  ) {
    this.session = new SessionRows(rows, rows.claim(name), new Ordinals());
  }

  add([method, payload]: readonly unknown[], at: string): void {
    const said = isObject(payload)
      ? new Fields(payload, at, (message, where) => this.rows.warn(message, where))
      : undefined;
    this.rows.read();
    if (method === 'client.beta.sessions.create') this.created = said;
    // What is sent comes back in the stream, with its time.
    else if (said !== undefined && String(method).endsWith('.stream')) this.addEvent(said);
  }

  finish(): void {
    for (const tool of this.tools.values()) this.addTool(tool, null, tool.at);
    this.session.finish();
    const startedAt = utcOf(this.created?.raw('created_at'));
    const status = this.error === null ? 'completed' : 'error';
    this.rows.addSession({
      session_id: this.session.sessionId,
      experiment_id: null,
      kind: 'session',
      title:
        [this.created?.text('title'), titleOf(this.firstAsked, 90)].filter((part) => part).join(' · ') ||
        this.name,
      status,
      created_at: startedAt,
      started_at: startedAt,
      ended_at: this.lastAt,
      error: this.error,
      metadata: metadataOf(this.created?.value ?? {}, { status, endedAt: this.lastAt }),
    });
  }

  private addEvent(said: Fields): void {
    const at = utcOf(said.raw('processed_at'));
    this.lastAt = at ?? this.lastAt;
    const type = said.text('type') ?? '';
    const id = said.name('id') ?? '';
    switch (type) {
      case 'user.message': {
        const text = contentText(said.raw('content'));
        this.firstAsked ||= text;
        this.session.message({ role: 'user', text, at });
        return;
      }
      case 'agent.message':
        this.answers.push({ text: contentText(said.raw('content')), at });
        return;
      case 'span.model_request_start':
        this.starts.set(id, at);
        return;
      case 'span.model_request_end':
        this.addCall(said, at);
        return;
      case 'agent.tool_use':
      case 'agent.custom_tool_use':
      case 'agent.mcp_tool_use':
        this.tools.set(id, {
          name: said.text('name') ?? 'tool',
          arguments: textIn(said.raw('input') ?? ''),
          at,
        });
        return;
      case 'agent.tool_result':
      case 'user.custom_tool_result':
      case 'agent.mcp_tool_result':
        this.addResult(said, at);
        return;
      default:
        if (/error/.test(type)) this.error = said.object('error')?.text('message') ?? type;
        this.session.event({
          type: 'runtime',
          name: type,
          at,
          error: /error/.test(type) ? this.error : null,
          metadata: said.value,
        });
    }
  }

  private addCall(said: Fields, endedAt: string | null): void {
    const at = this.starts.get(said.name('model_request_start_id') ?? '') ?? endedAt;
    const usage = said.object('model_usage');
    const taken = anthropicUsage(usage?.value);
    const tokens = {
      ...noTokens,
      input: taken?.input_tokens ?? null,
      output: taken?.output_tokens ?? null,
      total: taken?.total_tokens ?? null,
      cacheRead: taken?.cache_read_tokens ?? null,
      cacheWrite: taken?.cache_write_tokens ?? null,
    };
    const agent = this.created?.object('agent');
    const model = agent?.object('model')?.text('id') ?? null;
    const call = { model, provider: 'anthropic' };
    this.session.call({
      ...call,
      at,
      endedAt,
      systemId: agent?.text('name') ?? null,
      tokens,
      cost: costOfCall(call, tokens, null),
      latencyMs: millisecondsBetween(at, endedAt),
      error: said.raw('is_error') === true ? 'error' : null,
      record: { usage: usage?.value ?? null },
    });
    for (const { text, at: saidAt } of this.answers.splice(0))
      this.session.message({ role: 'assistant', text, at: saidAt ?? endedAt });
  }

  private addResult(said: Fields, at: string | null): void {
    const id = said.name('tool_use_id', 'custom_tool_use_id', 'mcp_tool_use_id') ?? '';
    const tool = this.tools.get(id) ?? { name: 'tool', arguments: '', at };
    this.tools.delete(id);
    this.addTool(tool, contentText(said.raw('content')), at, said.raw('is_error') === true);
  }

  private addTool(tool: OpenTool, answer: string | null, endedAt: string | null, isError = false): void {
    this.session.event({
      type: 'environment',
      name: tool.name,
      at: tool.at,
      endedAt,
      latencyMs: millisecondsBetween(tool.at, endedAt),
      error: isError ? (answer ?? 'error') : null,
      record: toolRecord({ name: tool.name, arguments: tool.arguments, callId: null }, answer),
    });
  }
}
