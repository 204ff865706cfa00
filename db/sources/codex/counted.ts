import { isJson, type Json, jsonOf, listOf, textOf } from '../agent-session';
import { type DocumentFile, eachJsonLine, quiet, toJson } from '../documents';
import { parseRolloutLine, type RolloutLine } from './line';
import { type ThreadTotal, ThreadTotals, threadTotalIn } from './thread-totals';

/** What a rollout keeps from reading to reading. */
interface KeptTotals {
  /** Its session and those it says it comes from. */
  readonly lineage: readonly string[];
  /** The files that count answers which it has too. */
  readonly countedIn: readonly string[];
  /** How far it has counted its threads. */
  readonly threads: readonly Omit<ThreadTotal, 'file'>[];
}

/**
 * Which file counted an answer. A fork begins with a copy of the rollout it comes from, with the same running totals: the copy shows what was
 * said and done, and counts nothing.
 */
export class CountedTotals {
  readonly threads = new ThreadTotals();
  private readonly files = new Map<string, string>();
  private readonly others = new Set<string>();

  /** The other file that counted the answer with which this total was reached; undefined: this one does now. */
  countedElsewhere(total: string, lineage: Iterable<string>, file: string): string | undefined {
    const keys = [...lineage].map((id) => `${id} ${total}`);
    const by = keys.map((key) => this.files.get(key)).find((one) => one !== undefined && one !== file);
    for (const key of keys) if (!this.files.has(key)) this.files.set(key, by ?? file);
    if (by !== undefined) this.others.add(by);
    return by;
  }

  /** Learns what the files that have not changed counted at an earlier reading, where this one has part of it. */
  async begin(file: DocumentFile, first: RolloutLine | undefined): Promise<void> {
    this.others.clear();
    const own = keptOf(file.kept);
    const mine = new Set(first === undefined ? [] : [...idsOf(first), parentOf(first.payload) ?? '']);
    for (const other of file.unchanged()) {
      const kept = keptOf(other.kept);
      if (kept === undefined) continue;
      for (const one of kept.threads) this.threads.reach({ ...one, file: other.name });
      const isRelated = own?.countedIn.includes(other.name) ?? kept.lineage.some((id) => mine.has(id));
      if (isRelated) await this.learn({ ...file, path: other.path, name: other.name }, kept);
    }
  }

  /** What is to be kept of a file that told these threads, and comes from those of the lineage. */
  kept(lineage: Iterable<string>, threads: Iterable<string>, file: string): KeptTotals {
    const reached = [...threads].flatMap((thread) => this.threads.of(thread, file) ?? []);
    return {
      lineage: [...lineage],
      countedIn: [...this.others],
      threads: reached.map(({ file: _, ...one }) => one),
    };
  }

  private async learn(other: DocumentFile, { lineage }: KeptTotals): Promise<void> {
    await eachJsonLine(other, quiet, (value) => {
      const line = parseRolloutLine(value);
      const total = line === undefined ? null : answerOf(line);
      for (const id of total === null ? [] : lineage) {
        const key = `${id} ${total}`;
        if (!this.files.has(key)) this.files.set(key, other.name);
      }
    });
  }
}

/** A name of the answer that a line tells the tokens of; null: it tells none. */
function answerOf({ type, payload }: RolloutLine): string | null {
  if (type === 'token_usage_record') return responseOf(payload);
  return type === 'event_msg' ? totalOf({ payload }) : null;
}

/** The answer that a record of its tokens names. */
export function responseOf(payload: Json): string | null {
  const id = textOf(payload.response_id);
  return id === null ? null : `response ${id}`;
}

/** The running total that a token count says, as a name of its answer. */
export function totalOf({ payload }: Pick<RolloutLine, 'payload'>): string | null {
  const total = jsonOf(payload.info).total_token_usage;
  return payload.type === 'token_count' && isJson(total) ? toJson(total) : null;
}

/** The sessions that the head of a rollout names: its own and the one it was forked from. */
export function idsOf({ type, payload }: RolloutLine): string[] {
  if (type !== 'session_meta') return [];
  return [textOf(payload.id), textOf(payload.forked_from_id)].filter((id) => id !== null);
}

/** The thread that started this one as a subagent. */
export function parentOf(meta: Json): string | null {
  const spawn = jsonOf(jsonOf(jsonOf(meta.source).subagent).thread_spawn);
  return textOf(meta.parent_thread_id) ?? textOf(spawn.parent_thread_id);
}

function keptOf(kept: unknown): KeptTotals | undefined {
  if (!isJson(kept)) return undefined;
  const texts = (value: unknown) => listOf(value).filter((one) => typeof one === 'string');
  const threads = listOf(kept.threads).flatMap((one) => threadTotalIn(one) ?? []);
  return { lineage: texts(kept.lineage), countedIn: texts(kept.countedIn), threads };
}
