import { isJson, listOf, textOf } from '../agent-session';
import { type DocumentFile, eachJsonLine, quiet } from '../documents';
import { callKeyOf, parseLine } from './line';

/** What a file keeps from reading to reading. */
export interface KeptCalls {
  /** The first and the last of its calls, by which copies of it are told. */
  readonly first: string | null;
  readonly last: string | null;
  /** The files that count calls which it has too. */
  readonly countedIn: readonly string[];
}

/**
 * Which file counted a call. A session that resumes or forks another begins with a copy of its log: the copy shows what was said and done,
 * and counts nothing.
 */
export class CountedCalls {
  private readonly files = new Map<string, string>();
  private readonly others = new Set<string>();

  /** Which other files have counted calls of the one being read. */
  get countedIn(): readonly string[] {
    return [...this.others];
  }

  /** The other file that counted it; undefined: this one does now. */
  countedElsewhere(key: string, file: string): string | undefined {
    const by = this.files.get(key);
    if (by === undefined) this.files.set(key, file);
    if (by === undefined || by === file) return undefined;
    this.others.add(by);
    return by;
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
    const mine = own === undefined ? await callsOf(file) : new Set<string>();
    for (const other of others) {
      const isRelated =
        own?.countedIn.includes(other.name) ??
        [other.first, other.last].some((key) => key !== null && mine.has(key));
      if (!isRelated) continue;
      for (const key of await callsOf({ ...file, path: other.path, name: other.name }))
        if (!this.files.has(key)) this.files.set(key, other.name);
    }
  }
}

function keptOf(kept: unknown): KeptCalls | undefined {
  if (!isJson(kept)) return undefined;
  const countedIn = listOf(kept.countedIn).filter((name) => typeof name === 'string');
  return { first: textOf(kept.first), last: textOf(kept.last), countedIn };
}

async function callsOf(file: DocumentFile): Promise<Set<string>> {
  const calls = new Set<string>();
  await eachJsonLine(file, quiet, (value) => {
    const line = parseLine(value);
    const key = line?.message === undefined ? undefined : callKeyOf(line);
    if (key !== undefined) calls.add(key);
  });
  return calls;
}
