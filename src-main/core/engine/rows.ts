import type { CostRow, SessionListRow } from '../../../db/analytics/queries';
import type { Cost, SessionRow } from '../../contract';

/** Rows of named queries → what the contract promises. */

export function toCost(row: CostRow): Cost {
  return {
    usd: row.cost_usd,
    reportedUsd: row.cost_reported_usd ?? 0,
    roundedUsd: row.cost_rounded_usd ?? 0,
    pricedUsd: row.cost_priced_usd ?? 0,
    calls: {
      reported: row.calls_reported ?? 0,
      rounded: row.calls_rounded ?? 0,
      roundedZero: row.calls_rounded_zero ?? 0,
      priced: row.calls_priced ?? 0,
      unpriced: row.calls_unpriced ?? 0,
    },
  };
}

/** Null where no LM call was read: no dollars can be expected. */
export function toCostOrNull(row: CostRow): Cost | null {
  const { calls, ...cost } = toCost(row);
  const any = calls.reported + calls.rounded + calls.priced + calls.unpriced;
  return any === 0 && cost.usd === null ? null : { ...cost, calls };
}

export function toSessionRow(row: SessionListRow): SessionRow {
  return {
    ref: { sourceId: row.source_id, sessionId: row.session_id },
    title: row.title,
    kind: row.kind,
    status: row.status,
    experimentId: row.experiment_id,
    models: row.models ?? [],
    steps: row.steps,
    events: row.events,
    messages: row.messages,
    errors: row.errors,
    tokens: { input: row.input_tokens, output: row.output_tokens, total: row.total_tokens },
    cost: toCostOrNull(row),
    reward: row.reward,
    createdAt: row.created_at,
    durationMs: row.duration_ms,
    error: row.error,
  };
}
