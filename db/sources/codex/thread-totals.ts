import { amountOf, isJson, type Json, textOf } from '../agent-session';

/** How far a file has counted a thread, whose figures run on from process to process. */
export interface ThreadTotal {
  readonly thread: string;
  readonly file: string;
  /** What `codex exec` printed tells turns alone: it counts all answers up to there. */
  readonly isPrinted: boolean;
  readonly total: Json;
}

const COUNTS = ['input_tokens', 'output_tokens'] as const;

/** A thread may be told by its rollout and by what each process printed of it: what one of them has counted, the others do not count again. */
export class ThreadTotals {
  /** Thread → file → how far. */
  private readonly known = new Map<string, Map<string, ThreadTotal>>();

  reach(reached: ThreadTotal): void {
    const files = this.known.get(reached.thread) ?? new Map<string, ThreadTotal>();
    this.known.set(reached.thread, files);
    const before = files.get(reached.file);
    if (before === undefined || isUpTo(before.total, reached.total)) files.set(reached.file, reached);
  }

  of(thread: string, file: string): ThreadTotal | undefined {
    return this.known.get(thread)?.get(file);
  }

  /** What others have counted before this total of a printed turn, the furthest; `isAll`: they have counted the turn too. */
  before(
    turn: ThreadTotal,
  ): { readonly total: Json; readonly file: string; readonly isAll: boolean } | undefined {
    const others = this.others(turn);
    const whole = others.find(({ total }) => isUpTo(turn.total, total));
    if (whole !== undefined) return { ...whole, isAll: true };
    const [furthest] = others.sort((a, b) => (isUpTo(a.total, b.total) ? 1 : -1));
    return furthest !== undefined && isUpTo(furthest.total, turn.total)
      ? { ...furthest, isAll: false }
      : undefined;
  }

  /** The printed file that has counted the answer with which a rollout reached this total. */
  printedIn(reached: ThreadTotal): string | undefined {
    return this.others(reached).find(({ isPrinted, total }) => isPrinted && isUpTo(reached.total, total))
      ?.file;
  }

  private others({ thread, file }: ThreadTotal): ThreadTotal[] {
    return [...(this.known.get(thread)?.values() ?? [])].filter((one) => one.file !== file);
  }
}

export function threadTotalIn(value: unknown): Omit<ThreadTotal, 'file'> | undefined {
  if (!isJson(value) || !isJson(value.total)) return undefined;
  const thread = textOf(value.thread);
  return thread === null ? undefined : { thread, isPrinted: value.isPrinted === true, total: value.total };
}

export function isUpTo(total: Json, other: Json): boolean {
  return COUNTS.every((name) => (amountOf(total[name]) ?? 0) <= (amountOf(other[name]) ?? 0));
}
