import { basename } from 'node:path';
import { agentRow, jsonOf, mostRecords, projectRow, sayOddCounts } from '../agent-session';
import { type DocumentFile, type DocumentRows, namesWereCut } from '../documents';
import { sayUnknownKind } from '../unknown-kinds';
import { Conversation } from './conversation';
import type { CountedCalls, KeptCalls } from './counted';
import { type ClaudeLine, isKnownType, parseLine } from './line';

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
/** Of one file, which are remembered; more are not worth their room. */
const MOST_SESSIONS = 200;
const SUBAGENT = /^agent-[\w-]+$/;

/** One file of a log: the session that it is named after, or the sessions that its entries name. */
export class LogFile {
  private readonly name: string;
  private readonly conversations = new Map<string, Conversation>();
  private readonly waiting: { readonly line: ClaudeLine; readonly number: number }[] = [];
  private current: Conversation | undefined;

  constructor(
    private readonly file: DocumentFile,
    private readonly rows: DocumentRows,
    private readonly counted: CountedCalls,
    private readonly agentLogs: ReadonlySet<string>,
  ) {
    this.name = basename(file.path)
      .replace(/\.(?:gz|zst)$/, '')
      .replace(/\.jsonl?$/, '');
  }

  add(value: unknown, number: number): void {
    const line = parseLine(value);
    if (line === undefined) {
      this.rows.skip(number, 'The entry is none of Claude Code.');
      return;
    }
    if (number > mostRecords) {
      this.rows.skip(number, `A log of more than ${mostRecords.toLocaleString('en-US')} entries.`);
      return;
    }
    if (line.hasLongName) this.rows.warn(namesWereCut, number);
    const conversation = this.conversationOf(line);
    // Before anything has named a session: kept until something does.
    if (conversation === undefined) this.waiting.push({ line, number });
    else this.give(conversation, line, number);
  }

  finish(): readonly Conversation[] {
    if (this.waiting.length > 0) this.open(this.name, null);
    const all = [...this.conversations.values()];
    for (const conversation of all) conversation.finish();
    this.addProjects(all);
    const copies = all.reduce((sum, one) => sum + one.copies.count, 0);
    if (copies > 0)
      this.rows.warn(
        'Calls are copies of calls in other logs; their tokens are counted there.',
        undefined,
        copies,
      );
    const withoutOutput = all.reduce((sum, one) => sum + one.withoutOutput, 0);
    if (withoutOutput > 0)
      this.rows.warn(
        'Answers without the number of their output tokens: it was printed before they were whole, and the result that would say it is missing.',
        undefined,
        withoutOutput,
      );
    const elsewhere = all.reduce((sum, one) => sum + one.results.elsewhere, 0);
    if (elsewhere > 0)
      this.rows.warn(
        'Results are of sessions whose logs are read too; their tokens are counted there.',
        undefined,
        elsewhere,
      );
    const sessions = all.flatMap(({ results }) => [...results.told]);
    this.counted.has(sessions, this.file);
    const kept: KeptCalls = {
      marks: [
        ...(all.find(({ copies }) => copies.first.length > 0)?.copies.first ?? []),
        ...(all.findLast(({ copies }) => copies.last.length > 0)?.copies.last ?? []),
      ],
      countedIn: this.counted.countedIn,
      sessions: sessions.slice(0, MOST_SESSIONS),
      results: all.flatMap(({ results }) => [...results.sessions]).slice(0, MOST_SESSIONS),
    };
    this.rows.keep(kept);
    return all;
  }

  /** The session of an entry; one that names none belongs to the one before. */
  private conversationOf({ sessionId, type }: ClaudeLine): Conversation | undefined {
    const isNamed = UUID.test(this.name) || SUBAGENT.test(this.name);
    if (isNamed) {
      if (this.current === undefined && (sessionId !== null || type === 'user' || type === 'assistant'))
        this.open(this.name, sessionId);
      return this.current;
    }
    if (sessionId === null) {
      if (this.current === undefined && (type === 'user' || type === 'assistant')) this.open(this.name, null);
      return this.current;
    }
    this.current = this.conversations.get(sessionId);
    if (this.current === undefined) this.open(sessionId, null);
    return this.current;
  }

  private open(name: string, parentId: string | null): void {
    const { file, counted } = this;
    const isSubagent = SUBAGENT.test(this.name);
    const conversation = new Conversation(
      {
        sessionId: this.rows.claim(isSubagent && parentId !== null ? `${parentId}/${name}` : name),
        parentId: isSubagent ? (parentId ?? '') : null,
        project: /(?:^|[\\/])projects[\\/]([^\\/]+)[\\/]/.exec(file.path)?.[1] ?? null,
        agentLogs: this.agentLogs,
        countedElsewhere: (marks) => counted.countedElsewhere(marks, file.name, name),
        sessionCountedIn: (session) => counted.sessionCountedIn(session, file.name),
      },
      this.rows,
    );
    this.conversations.set(name, conversation);
    this.current = conversation;
    for (const { line, number } of this.waiting.splice(0)) this.give(conversation, line, number);
    // The session is on the screen while the rest of a large log is read.
    conversation.addSession();
  }

  private give(conversation: Conversation, line: ClaudeLine, number: number): void {
    const { type } = line;
    if (!isKnownType(type)) sayUnknownKind(this.rows, 'Entries', type, number);
    if (type === 'assistant') sayOddCounts(this.rows, jsonOf(line.message).usage, number);
    else if (type === 'result') sayOddCounts(this.rows, line.raw.usage, number);
    const problem = conversation.add(line, number);
    if (problem === null) this.rows.read();
    else this.rows.skip(number, problem);
  }

  private addProjects(conversations: readonly Conversation[]): void {
    for (const project of new Set(conversations.map(({ project }) => project))) {
      if (project !== null) this.rows.add('experiments', projectRow(project));
    }
    this.rows.add('systems', agentRow('claude-code', 'Claude Code'));
    this.rows.add('systems', agentRow('claude-code subagent', 'Claude Code subagent'));
  }
}
