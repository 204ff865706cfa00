import { isJson, listOf } from '../agent-session';
import { type DocumentFile, eachJsonLine, quiet } from '../documents';
import { copyMarksOf, parseLine } from './line';

/** What a file keeps from reading to reading. */
export interface KeptCalls {
  /** Of the first and the last of its calls, by which copies of it are told. */
  readonly marks: readonly string[];
  /** The files that count calls which it has too. */
  readonly countedIn: readonly string[];
  /** The sessions whose answers it tells. */
  readonly sessions: readonly string[];
  /** The sessions of which it tells nothing but what `claude -p` said at their end. */
  readonly results: readonly string[];
}

/**
 * Which file counted a call. A session that resumes or forks another begins with a copy of its log: the copy shows what was said and done,
 * and counts nothing.
 */
export class CountedCalls {
  private readonly owners = new Map<string, { readonly file: string; readonly session: string | null }>();
  private readonly others = new Set<string>();
  /** Session → the file that tells its answers. */
  private readonly sessions = new Map<string, string>();

  /** Which other files have counted calls of the one being read. */
  get countedIn(): readonly string[] {
    return [...this.others];
  }

  /** The file in which another session counted the call with one of these marks; undefined: this one does now. */
  countedElsewhere(marks: readonly string[], file: string, session: string): string | undefined {
    const by = marks.map((mark) => this.owners.get(mark)).find((one) => one !== undefined);
    for (const mark of marks) if (!this.owners.has(mark)) this.owners.set(mark, by ?? { file, session });
    if (by === undefined || (by.file === file && by.session === session)) return undefined;
    if (by.file !== file) this.others.add(by.file);
    return by.file;
  }

  /** The other file that tells the answers of a session: its end says no more than they add up to. */
  sessionCountedIn(session: string, file: string): string | undefined {
    const by = this.sessions.get(session);
    return by === file ? undefined : by;
  }

  /** Results that were counted because no file told their sessions' answers count no more. */
  has(sessions: Iterable<string>, file: DocumentFile): void {
    const told = new Set(sessions);
    for (const session of told) if (!this.sessions.has(session)) this.sessions.set(session, file.name);
    if (told.size === 0) return;
    for (const other of file.unchanged())
      if (keptOf(other.kept)?.results.some((session) => told.has(session))) file.readAgain(other.name);
  }

  /**
   * Learns what the files that have not changed counted at an earlier reading. A file that was read before goes on counting what it did; a new
   * one counts nothing that one it shares its beginning or end with has.
   */
  async begin(file: DocumentFile): Promise<void> {
    this.others.clear();
    const own = keptOf(file.kept);
    const others = file.unchanged().flatMap((other) => {
      const kept = keptOf(other.kept);
      return kept === undefined ? [] : [{ ...other, ...kept }];
    });
    if (others.length === 0) return;
    for (const other of others)
      for (const session of other.sessions)
        if (!this.sessions.has(session)) this.sessions.set(session, other.name);
    const mine = own === undefined ? await marksIn(file) : new Set<string>();
    for (const other of others) {
      const isRelated = own?.countedIn.includes(other.name) ?? other.marks.some((mark) => mine.has(mark));
      if (!isRelated) continue;
      for (const mark of await marksIn({ ...file, path: other.path, name: other.name }))
        if (!this.owners.has(mark)) this.owners.set(mark, { file: other.name, session: null });
    }
  }
}

function keptOf(kept: unknown): KeptCalls | undefined {
  if (!isJson(kept)) return undefined;
  const texts = (value: unknown) => listOf(value).filter((one) => typeof one === 'string');
  return {
    marks: texts(kept.marks),
    countedIn: texts(kept.countedIn),
    sessions: texts(kept.sessions),
    results: texts(kept.results),
  };
}

async function marksIn(file: DocumentFile): Promise<Set<string>> {
  const marks = new Set<string>();
  await eachJsonLine(file, quiet, (value) => {
    const line = parseLine(value);
    for (const mark of line === undefined ? [] : copyMarksOf(line)) marks.add(mark);
  });
  return marks;
}
