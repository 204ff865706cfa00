import { type AgentSession, amountOf, type Json, listOf, slots, textOf } from '../agent-session';
import type { ClaudeLine } from './line';
import type { ModelTotal } from './printed';

const TEXT_SLOT = 1;

export interface Result {
  readonly error: string | null;
  /** What `claude -p` answered. */
  readonly text: string | null;
}

interface ResultPlace {
  readonly number: number;
  readonly error: string | null;
  readonly totals: readonly ModelTotal[];
  readonly countedIn: string | undefined;
}

export function resultOf(raw: Json): Result {
  const text = textOf(raw.result);
  const subtype = textOf(raw.subtype) ?? 'result';
  if (raw.is_error !== true && !subtype.startsWith('error')) return { error: null, text };
  const errors = listOf(raw.errors).filter((error) => typeof error === 'string');
  return { error: text ?? (errors.length > 0 ? errors.join('\n') : subtype), text: null };
}

/** The line that ends what `claude -p` prints, with what the calls took that do not say it themselves: a row for each model. `countedIn`: the log of its session. */
export function addResultRows(
  session: AgentSession,
  { raw, at }: ClaudeLine,
  { number, error, totals, countedIn }: ResultPlace,
): void {
  const [first, ...others] = totals;
  const where = countedIn === undefined ? '' : `, counted in ${countedIn}`;
  const tookOf = (total: ModelTotal | undefined) =>
    total === undefined || countedIn !== undefined ? {} : { took: { ...total, provider: 'anthropic' } };
  session.happen({
    ordinal: number * slots + TEXT_SLOT,
    type: 'runtime',
    name: `result${where}`,
    at,
    error,
    latencyMs: amountOf(raw.duration_ms),
    ...tookOf(first),
    metadata: raw,
  });
  others.forEach((total, index) => {
    session.happen({
      ordinal: number * slots + TEXT_SLOT + 1 + index,
      type: 'runtime',
      name: `result, ${total.model}${where}`,
      at,
      ...tookOf(total),
    });
  });
}
