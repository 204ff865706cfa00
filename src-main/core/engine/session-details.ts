import {
  columnsOf,
  costsByModel,
  costsByStep,
  eventPayload,
  findError,
  findText,
  messageText,
  rawCount,
  rawRows,
  timelineBars,
} from '../../../db/analytics/queries';
import { ExpectedError } from '../../../db/model';
import type { ClippedText } from '../../contract';
import type { EngineContext } from './context';
import { readConvergence } from './convergence';
import type { Implementer } from './implementer';
import { getPlace } from './place';
import { toCost } from './rows';

const MOST_POSITIONS = 2_000;
const MOST_STEPS = 50_000;
const MOST_BARS = 2_000;
const PAYLOAD_CUT = 1_000_000;

/** The tabs of a session beside its transcript. */
export function sessionDetailsRouter(os: Implementer, context: EngineContext) {
  const { pool } = context;
  return {
    find: os.session.find.handler(async ({ input, signal }) => {
      const place = await getPlace(context, input.ref, signal);
      const { what } = input;
      const most = what.kind === 'steps' ? MOST_STEPS : MOST_POSITIONS;
      const order = await context.orders.get(place, context.workspace.state().revision);
      const found = async (): Promise<readonly (number | undefined)[]> => {
        switch (what.kind) {
          case 'text': {
            const hits = await pool.run(findText, { ...place, text: what.text.toLowerCase() }, { signal });
            return hits.map(({ item, key }) => order.positionOf(item, key));
          }
          case 'error': {
            const hits = await pool.run(findError, { ...place }, { signal });
            return hits.map(({ item, key }) => order.positionOf(item, key));
          }
          case 'step':
            return [order.positionOf('step', toKey(what.stepKey))];
          case 'steps':
            return order.headPositions();
        }
      };
      const all = new Set((await found()).filter((position) => position !== undefined));
      const positions = [...all].sort((a, b) => a - b);
      return { positions: positions.slice(0, most), more: positions.length > most };
    }),

    messageText: os.session.messageText.handler(async ({ input, signal }) => {
      const place = await getPlace(context, input.ref, signal);
      const slice = { message_key: toKey(input.messageKey), offset: input.offset, length: input.length };
      const [row] = await pool.run(messageText, { ...place, ...slice }, { signal });
      return row ?? notThere('message', input.messageKey);
    }),

    eventPayload: os.session.eventPayload.handler(async ({ input, signal }) => {
      const place = await getPlace(context, input.ref, signal);
      const wanted = { event_key: toKey(input.eventKey), cut: PAYLOAD_CUT };
      const [row] = await pool.run(eventPayload, { ...place, ...wanted }, { signal });
      return {
        callRecords: toClipped(row?.call_records, row?.call_records_length),
        stateBefore: toClipped(row?.state_before, row?.state_before_length),
        stateAfter: toClipped(row?.state_after, row?.state_after_length),
        metadata: toClipped(row?.metadata, row?.metadata_length),
      };
    }),

    timeline: os.session.timeline.handler(async ({ input, signal }) => {
      const place = await getPlace(context, input.ref, signal);
      const span = { from_ms: input.fromMs ?? null, to_ms: input.toMs ?? null, limit: MOST_BARS };
      const rows = await pool.run(timelineBars, { ...place, ...span }, { signal });
      const bars = rows.flatMap((row) => {
        const { lane, kind, key, label, start_ms: startMs } = row;
        if (lane === null || kind === null || key === null || label === null || startMs === null) return [];
        return [
          {
            lane,
            kind,
            key,
            stepKey: row.step_key,
            label,
            startMs,
            durationMs: row.duration_ms,
            error: row.error ?? false,
            bars: row.bars ?? 1,
          },
        ];
      });
      const [first] = rows;
      const startMs = first?.first_ms ?? null;
      return {
        startAt: startMs === null ? null : new Date(startMs).toISOString(),
        endMs: startMs === null ? 0 : (first?.last_ms ?? startMs) - startMs,
        lanes: lanesOf(bars),
        bars,
        untimed: first?.untimed ?? 0,
      };
    }),

    costs: os.session.costs.handler(async ({ input, signal }) => {
      const place = await getPlace(context, input.ref, signal);
      const [steps, models] = await Promise.all([
        pool.run(costsByStep, { ...place }, { signal }),
        pool.run(costsByModel, { ...place }, { signal }),
      ]);
      return {
        x: steps.map((row) => row.x),
        stepKey: steps.map((row) => row.step_key),
        inputTokens: steps.map((row) => row.input_tokens),
        outputTokens: steps.map((row) => row.output_tokens),
        costUsd: steps.map((row) => row.cost_usd),
        cumulativeUsd: steps.map((row) => row.cumulative_usd),
        latencyMs: steps.map((row) => row.latency_ms),
        stepsPerBucket: steps[0]?.steps_per_bucket ?? 1,
        models: models.map((row) => ({
          model: row.model,
          provider: row.provider,
          calls: row.calls,
          inputTokens: row.input_tokens,
          outputTokens: row.output_tokens,
          cacheReadTokens: row.cache_read_tokens,
          reasoningTokens: row.reasoning_tokens,
          cost: toCost(row),
          latencyP50Ms: row.p50_ms,
          latencyP95Ms: row.p95_ms,
        })),
        provenance: {
          query: costsByStep.sql,
          formula:
            'sums over the LM calls of each step; cumulative = running sum of known dollars; latency = sum of a step',
          n: models.reduce((sum, row) => sum + row.calls, 0),
        },
      };
    }),

    convergence: os.session.convergence.handler(async ({ input, signal }) => {
      const place = await getPlace(context, input.ref, signal);
      return readConvergence(context, place, input.profile, signal);
    }),

    rows: os.session.rows.handler(async ({ input, signal }) => {
      const place = await getPlace(context, input.ref, signal);
      const [rows, [count]] = await Promise.all([
        pool.run(rawRows(input.table), { ...place, limit: input.limit, offset: input.offset }, { signal }),
        pool.run(rawCount(input.table), { ...place }, { signal }),
      ]);
      const columns = columnsOf(input.table).map(({ name, type }) => ({
        name,
        type: type === 'BIGINT' ? 'int64' : type,
      }));
      return {
        columns,
        rows: rows.map((row) => columns.map(({ name }) => row[name] ?? null)),
        total: count?.total ?? 0,
      };
    }),
  };
}

function toClipped(text: string | null | undefined, length: number | null | undefined): ClippedText | null {
  return text == null ? null : { text, length: length ?? text.length };
}

function lanesOf(bars: readonly { lane: string }[]): { id: string; label: string }[] {
  const ids = [...new Set(bars.map((bar) => bar.lane))];
  return ids.map((id) => ({
    id,
    label: id === 'steps' ? 'Steps' : id === 'messages' ? 'Messages' : id.replace(/^\w+:/, ''),
  }));
}

function toKey(text: string): bigint {
  if (/^-?\d{1,19}$/.test(text)) return BigInt(text);
  throw new ExpectedError('QUERY_INVALID', `"${text}" is no row key.`, {
    action: 'Use a key that a list returned.',
  });
}

function notThere(what: string, key: string): never {
  throw new ExpectedError('SOURCE_NOT_FOUND', `The session has no ${what} ${key}.`, {
    action: 'Refresh the session; the source may have changed.',
  });
}
