import { ConvergenceMeter, type ConvergenceProfile, type SidedMessage } from '../../model';
import type { DocumentRows } from '../documents';

/** A turn: its step has the key of the first line that spoke of it. */
export interface Turn {
  readonly line: number;
  readonly number: number;
  readonly index: number;
  startedAt: string | null;
  isComplete: boolean;
}

/** What must be kept to go on with a conversation later. */
export interface TurnsState {
  readonly turns: readonly Turn[];
  readonly current: number | null;
  readonly profile: ConvergenceProfile;
  readonly recent: readonly SidedMessage[];
  readonly saidIn: number | null;
  readonly scores: readonly (readonly [number, number | null])[];
}

/** The turns of one conversation and how alike its sides are after each. Events may come late: a turn is found by its number. */
export class Turns {
  private readonly turns = new Map<number, Turn>();
  private current: number | null = null;
  /** Whose weights the recorded scores have. */
  profile: ConvergenceProfile = 'structural';
  private readonly meter = new ConvergenceMeter();
  /** The turn of the last message. */
  private saidIn: number | null = null;
  /** Of turns that have messages and are not complete yet. */
  private readonly scores = new Map<number, number | null>();

  constructor(
    private readonly sessionId: string,
    private readonly rows: DocumentRows,
    state: TurnsState | null,
  ) {
    for (const turn of state?.turns ?? []) this.turns.set(turn.number, { ...turn });
    for (const message of state?.recent ?? []) this.meter.add(message);
    for (const [turn, score] of state?.scores ?? []) this.scores.set(turn, score);
    this.current = state?.current ?? null;
    this.profile = state?.profile ?? 'structural';
    this.saidIn = state?.saidIn ?? null;
  }

  get state(): TurnsState {
    return {
      turns: [...this.turns.values()],
      current: this.current,
      profile: this.profile,
      recent: this.meter.recent,
      saidIn: this.saidIn,
      scores: [...this.scores],
    };
  }

  start(number: number | null, at: string | null, line: number): void {
    const turn = this.find(number ?? this.turns.size, line);
    turn.startedAt ??= at;
    this.current = turn.number;
  }

  complete(number: number | null, end: { at: string | null; score: number | null; line: number }): void {
    const turn = this.find(number ?? this.current ?? this.turns.size, end.line);
    // Said twice: its row is there.
    if (turn.isComplete) return;
    turn.isComplete = true;
    this.addStep(turn, end.at);
    this.addMetrics(turn.number, { at: end.at, recorded: end.score });
    this.scores.delete(turn.number);
    if (this.current === turn.number) this.current = null;
  }

  /** The line of the step that an event belongs to: of the turn it names, when there is one, else of the one that is on. */
  stepOf(number: number | null): number | null {
    const named = number === null ? undefined : this.turns.get(number);
    const turn = named ?? (this.current === null ? undefined : this.turns.get(this.current));
    return turn?.line ?? null;
  }

  /** A message of one of the two, in the turn that is on or was asked for. */
  say(message: { readonly side: 'a' | 'b'; readonly text: string }, number: number | null): void {
    const turn = number ?? this.current ?? this.saidIn ?? 0;
    const before = this.saidIn;
    // A turn that is complete has its score; one whose end comes late must not count what comes after it.
    if (before !== null && before !== turn && this.turns.get(before)?.isComplete !== true)
      this.scores.set(before, this.meter.score(this.profile));
    this.meter.add({ ...message, turn });
    this.saidIn = turn;
  }

  /** After the last event: turns that are still on. */
  finish(): void {
    for (const turn of this.turns.values()) if (!turn.isComplete) this.addStep(turn, null);
    if (this.saidIn !== null && this.turns.get(this.saidIn)?.isComplete !== true)
      this.scores.set(this.saidIn, this.meter.score(this.profile));
    for (const number of this.scores.keys())
      if (this.turns.get(number)?.isComplete !== true) this.addMetrics(number, { at: null, recorded: null });
  }

  private find(number: number, line: number): Turn {
    const known = this.turns.get(number);
    if (known !== undefined) return known;
    const turn: Turn = { line, number, index: this.turns.size, startedAt: null, isComplete: false };
    this.turns.set(number, turn);
    return turn;
  }

  private addStep(turn: Turn, completedAt: string | null): void {
    this.rows.add('timesteps', {
      step_key: this.rows.key(turn.line),
      session_id: this.sessionId,
      step_id: `turn_${turn.number}`,
      step_index: turn.index,
      turn_number: turn.number,
      started_at: turn.startedAt,
      completed_at: completedAt,
      metadata: null,
    });
  }

  private addMetrics(
    turn: number,
    { at, recorded }: { readonly at: string | null; readonly recorded: number | null },
  ): void {
    const score = this.saidIn === turn ? this.meter.score(this.profile) : (this.scores.get(turn) ?? null);
    if (recorded === null && score === null) return;
    this.rows.add('turn_metrics', {
      session_id: this.sessionId,
      turn_number: turn,
      occurred_at: at,
      convergence_recorded: recorded,
      convergence_score: score,
    });
  }
}
