import { basename } from 'node:path';
import { agentRow, type Json, jsonOf, mostRecords, projectRow, sayOddCounts, textOf } from '../agent-session';
import type { DocumentFile, DocumentRows } from '../documents';
import { sayUnknownKind } from '../unknown-kinds';
import { Rollout } from './conversation';
import type { CountedTotals } from './counted';
import { isKnownKind } from './kinds';
import { parseRolloutLine, type RolloutLine } from './line';
import { rolloutLinesOf } from './printed';

/** One file: a rollout, or what `codex exec --json` printed of one thread after the other. */
export class RolloutFile {
  private rollout: Rollout | undefined;
  private thread: string | null = null;
  private readonly threads = new Set<string>();
  private readonly lineage = new Set<string>();

  constructor(
    private readonly file: DocumentFile,
    private readonly rows: DocumentRows,
    private readonly counted: CountedTotals,
  ) {}

  addLine(value: unknown, number: number): void {
    const printed = rolloutLinesOf(value);
    if (printed === undefined) {
      const line = parseRolloutLine(value);
      this.add(line, number, () => (line?.type === 'session_meta' ? line.payload : {}));
      return;
    }
    const [first] = printed;
    const thread = first?.type === 'session_meta' ? textOf(first.payload.id) : null;
    if (thread !== null && thread !== this.thread) {
      this.finish();
      this.thread = thread;
    }
    this.take(printed, number, () => first?.payload ?? {});
  }

  add(line: RolloutLine | undefined, number: number, meta: () => Json): void {
    if (line === undefined) this.rows.skip(number, 'The line is none of a Codex rollout.');
    else this.take([line], number, meta);
  }

  finish(): void {
    const { rollout, rows } = this;
    if (rollout === undefined) return;
    this.rollout = undefined;
    rollout.finish();
    for (const id of rollout.lineage) this.lineage.add(id);
    this.threads.add(rollout.thread);
    rows.keep(this.counted.kept(this.lineage, this.threads, this.file.name));
    rows.add('systems', agentRow('codex', 'Codex'));
    if (rollout.project !== null) rows.add('experiments', projectRow(rollout.project));
    if (rollout.copies > 0)
      rows.warn(
        'Calls are copies of calls in other files of the thread; their tokens are counted once.',
        undefined,
        rollout.copies,
      );
  }

  private take(lines: readonly RolloutLine[], number: number, meta: () => Json): void {
    if (number > mostRecords) {
      this.rows.skip(number, `A rollout of more than ${mostRecords.toLocaleString('en-US')} lines.`);
      return;
    }
    if (this.rollout === undefined) {
      this.rollout = this.open(meta());
      // On the screen while the rest is read.
      this.rollout.addSession();
    }
    for (const line of lines) {
      this.sayUnknown(line, number);
      this.sayOdd(line, number);
      this.rollout.add(line, number);
    }
    this.rows.read();
  }

  private sayUnknown({ type, payload }: RolloutLine, number: number): void {
    const inner = textOf(payload.type) ?? '';
    if (!isKnownKind('line', type)) sayUnknownKind(this.rows, 'Lines', type, number);
    else if (type === 'response_item' && !isKnownKind('item', inner))
      sayUnknownKind(this.rows, 'Items of an answer', inner, number);
    else if (type === 'event_msg' && !isKnownKind('event', inner))
      sayUnknownKind(this.rows, 'Events', inner, number);
  }

  private sayOdd({ payload }: RolloutLine, number: number): void {
    const info = jsonOf(payload.info);
    for (const usage of [payload.usage, info.last_token_usage, info.total_token_usage])
      sayOddCounts(this.rows, usage, number);
  }

  private open(meta: Json): Rollout {
    const { file, rows, counted } = this;
    return new Rollout(
      {
        sessionId: rows.claim(textOf(meta.id) ?? nameOf(file.path)),
        meta,
        file: file.name,
        counted,
      },
      rows,
    );
  }
}

function nameOf(path: string): string {
  return basename(path)
    .replace(/\.(?:gz|zst)$/, '')
    .replace(/\.jsonl?$/, '');
}
