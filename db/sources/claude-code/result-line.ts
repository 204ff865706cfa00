import { type AgentSession, amountOf, type Json, listOf, slots, textOf } from '../agent-session';
import type { ClaudeLine } from './line';
import type { ModelTotal } from './printed';

const TEXT_SLOT = 1;

export interface Result {
  readonly error: string | null;
  /** What `claude -p` answered. */
  readonly text: string | null;
}

export function resultOf(raw: Json): Result {
  const text = textOf(raw.result);
  const subtype = textOf(raw.subtype) ?? 'result';
  if (raw.is_error !== true && !subtype.startsWith('error')) return { error: null, text };
  const errors = listOf(raw.errors).filter((error) => typeof error === 'string');
  return { error: text ?? (errors.length > 0 ? errors.join('\n') : subtype), text: null };
}

/** The line that ends what `claude -p` prints, with what the calls took that do not say it themselves: a row for each model. */
export function addResultRows(
  session: AgentSession,
  { raw, at }: ClaudeLine,
  { number, error, totals }: { number: number; error: string | null; totals: readonly ModelTotal[] },
): void {
  const [first, ...others] = totals;
  session.happen({
    ordinal: number * slots + TEXT_SLOT,
    type: 'runtime',
    name: 'result',
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
      name: `result, ${total.model}`,
      at,
      ...tookOf(total),
    });
  });
}

function tookOf(total: ModelTotal | undefined) {
  return total === undefined ? {} : { took: { ...total, provider: 'anthropic' } };
}
