import type { SessionStatus } from '../../model';
import {
  AgentSession,
  blockText,
  contentText,
  type Json,
  jsonOf,
  kindOfUserText,
  listOf,
  resultText,
  slots,
  textOf,
  titleOf,
} from '../agent-session';
import type { DocumentRows } from '../documents';
import { progressAnswer } from './agent-progress';
import { CallCopies } from './call-copies';
import { ModelCalls } from './calls';
import { CallKeys, type ClaudeLine, copyMarksOf } from './line';
import { LoneResults } from './lone-results';
import { queuedText } from './queued';
import { addResultRows, resultOf } from './result-line';
import { Titles } from './titles';

export interface ConversationPlace {
  readonly sessionId: string;
  /** Set in the log of a subagent: the session that started it. */
  readonly parentId: string | null;
  /** The folder of the project, from the log's path, where no entry says it. */
  readonly project: string | null;
  /** The subagents that have logs of their own beside it. */
  readonly agentLogs: ReadonlySet<string>;
  readonly countedElsewhere: (marks: readonly string[]) => string | undefined;
  readonly sessionCountedIn: (session: string) => string | undefined;
}

const THINKING_SLOT = 0;
const TEXT_SLOT = 1;
const RESULT_SLOT = 2;
/** The last slot is the call's. */
const MOST_RESULTS = slots - RESULT_SLOT - 1;

/** One session of a log: its entries in file order. */
export class Conversation {
  readonly titles = new Titles();
  private readonly session: AgentSession;
  private readonly calls: ModelCalls;
  private cwd: string | null = null;
  private readonly notes: Record<string, unknown> = {};
  private readonly versions = new Set<string>();
  private readonly branches = new Set<string>();
  private progress: { readonly ordinal: number; count: number; last: ClaudeLine } | undefined;
  private lastError: string | null = null;
  private isAnswered = false;
  private lastText: string | null = null;
  private prompt: string | null = null;
  private readonly keys = new CallKeys();
  readonly copies: CallCopies;
  readonly results: LoneResults;

  constructor(
    private readonly place: ConversationPlace,
    rows: DocumentRows,
  ) {
    this.session = new AgentSession(rows, place.sessionId);
    this.calls = new ModelCalls(this.session);
    this.copies = new CallCopies(place.countedElsewhere);
    this.results = new LoneResults(place.sessionCountedIn, this.copies);
  }

  /** Null: it became rows. Else the reason why not. */
  add(line: ClaudeLine, number: number): string | null {
    this.note(line);
    if (line.type !== 'progress') this.endProgress();
    switch (line.type) {
      case 'user':
        return this.addUser(line, number);
      case 'assistant':
        return this.addAssistant(line, number);
      case 'system':
        this.addSystem(line, number);
        return null;
      case 'result':
        this.addResult(line, number);
        return null;
      case 'stream_event':
        this.calls.addStreamEvent(line.raw);
        return null;
      case 'progress':
        this.addProgress(line, number);
        return null;
      default:
        if (!this.titles.add(line)) this.addOther(line, number);
        return null;
    }
  }

  finish(): void {
    this.endProgress();
    this.isAnswered &&= !this.calls.isWaiting;
    this.calls.flush();
    this.session.endTurn(this.isAnswered ? this.session.times.last : null);
    this.addSession();
  }

  /** Again, when another file has said its title. */
  addSession(title = this.titles.best): void {
    this.session.addSession({
      experimentId: this.project,
      title: title ?? this.prompt,
      status: this.status,
      error: this.status === 'error' ? this.lastError : null,
      metadata: {
        cwd: this.cwd,
        git_branches: [...this.branches],
        versions: [...this.versions],
        ...(this.place.parentId === null ? {} : { parent_session_id: this.place.parentId }),
        ...(this.copies.count === 0 ? {} : { calls_counted_elsewhere: this.copies.count }),
        ...this.titles.notes,
        ...this.notes,
      },
    });
  }

  get project(): string | null {
    return this.cwd ?? this.place.project;
  }

  private get status(): SessionStatus {
    if (this.lastError !== null) return 'error';
    return this.isAnswered ? 'completed' : 'unknown';
  }

  private note({ raw, uuid }: ClaudeLine): void {
    this.cwd ??= textOf(raw.cwd);
    const version = textOf(raw.version) ?? textOf(raw.claude_code_version);
    const branch = textOf(raw.gitBranch);
    if (version !== null) this.versions.add(version);
    if (branch !== null) this.branches.add(branch);
    for (const name of ['agentId', 'slug', 'entrypoint', 'userType', 'teamName'])
      if (raw[name] !== undefined && raw[name] !== null) this.notes[name] ??= raw[name];
    this.titles.see(uuid);
  }

  private addUser(line: ClaudeLine, number: number): string | null {
    const { message, raw, at } = line;
    if (message === undefined) return 'The entry has no message.';
    const { content } = message;
    if (content === undefined)
      return Object.keys(message).every((name) => name === 'role') ? null : 'The message has no content.';
    const blocks = typeof content === 'string' ? [content] : listOf(content);
    const results = blocks.map(jsonOf).filter(({ type }) => type === 'tool_result');
    if (results.length > MOST_RESULTS) return `The entry holds more than ${MOST_RESULTS} tool results.`;
    results.forEach((block, index) => {
      this.answerTool(line, number, block, { index, isOnly: results.length === 1 });
    });
    const text = contentText(blocks.filter((block) => jsonOf(block).type !== 'tool_result'));
    if (results.length > 0) this.isAnswered = false;
    if (text === '') return null;
    const kind = kindOfUserText(text, raw);
    const isInside = this.isInside(line);
    if (kind.isPrompt && !isInside) {
      this.calls.flush();
      this.session.startTurn(number * slots, at);
      this.prompt ??= kind.isCommand ? null : titleOf(text);
      this.isAnswered = false;
      this.lastError = null;
    }
    this.session.say({
      ordinal: number * slots + TEXT_SLOT,
      role: kind.isPrompt ? 'user' : 'system',
      author: isInside && kind.isPrompt ? 'to subagent' : kind.author,
      content: text,
      at,
      metadata: idsOf(line),
    });
    return null;
  }

  private answerTool(
    line: ClaudeLine,
    number: number,
    block: Json,
    { index, isOnly }: { readonly index: number; readonly isOnly: boolean },
  ): void {
    this.calls.answer({
      callId: textOf(block.tool_use_id),
      text: resultText(block.content),
      isError: block.is_error === true,
      details: isOnly ? line.raw.toolUseResult : undefined,
      ordinal: number * slots + RESULT_SLOT + index,
      at: line.at,
    });
  }

  private addAssistant(line: ClaudeLine, number: number): string | null {
    const { message, at, raw } = line;
    if (message === undefined) return 'The entry has no message.';
    const blocks =
      typeof message.content === 'string'
        ? [{ type: 'text', text: message.content }]
        : listOf(message.content).map(jsonOf);
    const isInside = this.isInside(line);
    const isFailure = raw.isApiErrorMessage === true;
    if (isFailure || message.model === '<synthetic>') {
      this.addSynthetic(line, number, contentText(blocks));
      return null;
    }
    const key = this.addCall(line, number, isInside);
    const thinking: string[] = [];
    const texts: string[] = [];
    for (const block of blocks) this.addBlock(line, number, { block, key, thinking, texts });
    const said = { at, metadata: idsOf(line) };
    if (thinking.length > 0)
      this.session.say({
        ...said,
        ordinal: number * slots + THINKING_SLOT,
        role: 'other',
        author: 'thinking',
        content: thinking.join('\n\n'),
      });
    if (texts.length > 0)
      this.session.say({
        ...said,
        ordinal: number * slots + TEXT_SLOT,
        role: 'assistant',
        author: isInside ? 'subagent' : null,
        content: texts.join('\n\n'),
      });
    if (!isInside) {
      if (texts.length > 0) this.lastText = texts.join('\n\n');
      this.isAnswered = true;
      this.lastError = null;
    }
    return null;
  }

  private addCall(line: ClaudeLine, number: number, isInside: boolean): string {
    const key = this.keys.of(line, number);
    this.results.seeAnswer(line);
    const systemId = isInside ? 'claude-code subagent' : 'claude-code';
    this.calls.add(line, number, { key, systemId, countedIn: this.copies.countedIn(key, copyMarksOf(line)) });
    return key;
  }

  private addBlock(
    line: ClaudeLine,
    number: number,
    { block, key, thinking, texts }: { block: Json; key: string; thinking: string[]; texts: string[] },
  ): void {
    const type = textOf(block.type) ?? '';
    if (type === 'thinking') {
      const text = textOf(block.thinking);
      if (text !== null) thinking.push(text);
    } else if (type === 'redacted_thinking') thinking.push('[redacted by the provider]');
    else if (type.endsWith('tool_use')) this.calls.addTool(key, block);
    else if (type.endsWith('tool_result')) this.answerTool(line, number, block, { index: 0, isOnly: false });
    else texts.push(blockText(block));
  }

  /** Written by Claude Code itself in the model's place: an error of the API, or a word between. Nobody was called. */
  private addSynthetic(line: ClaudeLine, number: number, text: string): void {
    const ordinal = number * slots + TEXT_SLOT;
    if (line.raw.isApiErrorMessage === true) {
      this.lastError = text === '' ? 'The API failed.' : text;
      this.session.happen({
        ordinal,
        type: 'runtime',
        name: 'API error',
        at: line.at,
        error: this.lastError,
        metadata: line.raw,
      });
      this.isAnswered = false;
      return;
    }
    if (text !== '')
      this.session.say({
        ordinal,
        role: 'system',
        author: 'Claude Code',
        content: text,
        at: line.at,
        metadata: idsOf(line),
      });
  }

  private addSystem(line: ClaudeLine, number: number): void {
    const { raw, at } = line;
    const subtype = textOf(raw.subtype) ?? 'system';
    const content = textOf(raw.content);
    const ordinal = number * slots + TEXT_SLOT;
    const isError = raw.level === 'error' || subtype === 'api_error';
    if (content !== null && !isError && subtype !== 'compact_boundary') {
      this.session.say({
        ordinal,
        role: 'system',
        author: subtype,
        content,
        at,
        metadata: { ...raw, content: undefined },
      });
      return;
    }
    const failure = textOf(jsonOf(raw.error).message) ?? content ?? subtype;
    this.session.happen({
      ordinal,
      type: 'runtime',
      name: subtype,
      at,
      error: isError ? failure : null,
      latencyMs: typeof raw.durationMs === 'number' ? raw.durationMs : null,
      metadata: raw,
    });
  }

  /** The end of what `claude -p` did; alone where only that was printed. */
  private addResult(line: ClaudeLine, number: number): void {
    const { error, text } = resultOf(line.raw);
    const totals = this.calls.settle(line.raw);
    const countedIn = this.results.countedIn(line);
    if (text !== null && text !== this.lastText)
      this.session.say({
        ordinal: number * slots,
        role: 'assistant',
        author: null,
        content: text,
        at: line.at,
      });
    addResultRows(this.session, line, { number, error, totals, countedIn });
    this.session.endTurn(line.at);
    this.lastText = null;
    this.lastError = error;
    this.isAnswered = error === null;
  }

  /** Answers whose output is known only in part: the line that would say it is missing. */
  get withoutOutput(): number {
    return this.calls.withoutOutput;
  }

  private addOther(line: ClaudeLine, number: number): void {
    const { raw, at, type } = line;
    const ordinal = number * slots + TEXT_SLOT;
    if (this.addQueued(line, ordinal)) return;
    const name = [type, textOf(jsonOf(raw.attachment).type) ?? textOf(raw.operation)]
      .filter((part) => part !== null)
      .join(' ');
    this.session.happen({ ordinal, type: 'other', name, at, metadata: raw });
  }

  /** Told in the turn that goes on. False: the entry is something else. */
  private addQueued(line: ClaudeLine, ordinal: number): boolean {
    const queued = queuedText(line);
    if (queued === undefined) return false;
    const { text, isTyped, isCommand, author } = queued;
    if (isTyped) this.prompt ??= isCommand ? null : titleOf(text);
    const metadata = { ...idsOf(line), queued: true };
    const role = isTyped ? 'user' : 'system';
    this.session.say({ ordinal, role, author, content: text, at: line.at, metadata });
    return true;
  }

  private addProgress(line: ClaudeLine, number: number): void {
    const answer = progressAnswer(line);
    // What it said and did stands in its result; what it took stands nowhere else.
    if (answer !== undefined && !this.place.agentLogs.has(answer.agentId ?? ''))
      this.addCall(answer.line, number, true);
    this.progress ??= { ordinal: number * slots, count: 0, last: line };
    this.progress.count += 1;
    this.progress.last = line;
  }

  /** A tool that runs long says so again and again: one row for all of it, with the last. */
  private endProgress(): void {
    if (this.progress === undefined) return;
    const { ordinal, count, last } = this.progress;
    this.progress = undefined;
    const name = textOf(jsonOf(last.raw.data).type) ?? 'progress';
    this.session.happen({
      ordinal,
      type: 'other',
      name,
      at: last.at,
      metadata: { entries: count, last: last.raw },
    });
  }

  /** Of a subagent, in the log of the session that started it. */
  private isInside(line: ClaudeLine): boolean {
    return line.isSidechain && this.place.parentId === null;
  }
}

function idsOf({ uuid, raw }: ClaudeLine): Json {
  return { uuid, parent_uuid: raw.parentUuid };
}
