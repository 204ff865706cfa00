import {
  type DocumentFile,
  type DocumentFormat,
  type DocumentRows,
  eachElement,
  eachJsonLine,
} from '../documents';
import { lookPastTexts } from '../long-head';
import { jsonHead } from '../recorded-chat';
import type { Place } from '../types';
import { AgentLogs } from './agent-progress';
import type { Conversation } from './conversation';
import { CountedCalls } from './counted';
import { isClaudeEntry } from './line';
import { LogFile } from './log-file';

/** Claude Code's session logs (`~/.claude/projects/<project>/<session>.jsonl`, `agent-*.jsonl` of subagents), and the JSON of its web sessions. */
export const claudeCode: DocumentFormat = {
  name: 'claude-code',
  recognise(place) {
    const text = Buffer.from(place.head)
      .toString('utf8')
      .replace(/^\ufeff/, '');
    if (isWebSession(text)) return { dialect: 'web' };
    if (isPrintedDocument(text)) return { dialect: 'printed' };
    if (isEntryList(place)) return { dialect: 'list' };
    const lines = text.split('\n', MOST_LINES);
    if (lines.some((line) => line.startsWith('{') && isClaudeEntry(parsed(line)))) return { dialect: null };
    // A first line longer than what was looked at: its marks must do.
    const isCut = lines.length === 1 && lines[0]?.startsWith('{') === true;
    return isCut && MARKS.every((mark) => mark.test(text)) ? { dialect: null } : undefined;
  },
  comesLast: (head) => /^\s*\{\s*"type"\s*:\s*"result"/.test(Buffer.from(head).toString('latin1')),
  openReader(rows) {
    const reading = new Reading(rows);
    return {
      readFile: (file) => reading.readFile(file),
      finish: async () => reading.finish(),
    };
  },
};

const MOST_LINES = 40;
const MARKS = [/"type":\s*"(?:user|assistant|summary|file-history-snapshot)"/, /"sessionId":\s*"/];

/** `{"loglines": […]}`, where nothing but plain members stands before the list. */
function isWebSession(head: string): boolean {
  return /^\s*\{[^[\]{}]*"loglines"\s*:\s*\[/.test(head);
}

/** What `--output-format json` prints: all entries as one array, or the result alone, here on several lines. */
function isPrintedDocument(head: string): boolean {
  return isList(head) || (isSpread(head) && isClaudeEntry(parsed(head)));
}

/** The lines of a log that somebody made one array of. */
function isEntryList(place: Pick<Place, 'head'>): boolean {
  const value = jsonHead(place)?.value;
  return Array.isArray(value) && value.slice(0, MOST_LINES).some(isClaudeEntry);
}

function isList(head: string): boolean {
  return /^\s*\[\s*\{\s*"type"\s*:\s*"system"\s*,/.test(head) && /"session_id"\s*:/.test(head);
}

/** One object on several lines. */
function isSpread(head: string): boolean {
  return /^\s*\{\s*\n/.test(head);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What spans the files of one reading: calls are counted once, and summaries name conversations of other files. */
class Reading {
  private readonly counted = new CountedCalls();
  private readonly agentLogs = new AgentLogs();
  private readonly summaries = new Map<string, { readonly summary: string; readonly saidBy: Conversation }>();
  /** Sessions without a title of their own, by their last entry. */
  private readonly untitled = new Map<string, Conversation>();

  constructor(private readonly rows: DocumentRows) {}

  async readFile(file: DocumentFile): Promise<void> {
    const { rows } = this;
    await this.counted.begin(file);
    const log = new LogFile(file, rows, this.counted, await this.agentLogs.beside(file));
    const place = await lookPastTexts(file);
    const text = Buffer.from(place.head).toString('utf8');
    if (isWebSession(text) || isList(text) || isSpread(text) || isEntryList(place))
      await eachElement(file, rows, isWebSession(text) ? ['loglines'] : [], (value, { ordinal }) =>
        log.add(value, ordinal + 1),
      );
    else await eachJsonLine(file, rows, (value, line) => log.add(value, line));
    for (const conversation of log.finish()) this.remember(conversation);
  }

  finish(): void {
    const found = [...this.summaries].filter(([leaf]) => this.untitled.has(leaf));
    // What looked like a log's own title belongs to another.
    for (const [, { saidBy }] of found) if (saidBy.titles.isUntitled) saidBy.addSession(null);
    for (const [leaf, { summary }] of found) this.untitled.get(leaf)?.addSession(summary);
  }

  private remember(conversation: Conversation): void {
    const { titles } = conversation;
    for (const [leaf, summary] of titles.ofOthers)
      this.summaries.set(leaf, { summary, saidBy: conversation });
    if (titles.isUntitled && titles.lastUuid !== null) this.untitled.set(titles.lastUuid, conversation);
    titles.forget();
  }
}
