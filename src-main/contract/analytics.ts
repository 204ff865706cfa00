import { z } from 'zod';
import { cost, procedure, provenance, scope, sessionRef } from './common';

/** Every chart: columns of at most 2,000 buckets over [from, to); `bucketMs` is chosen so that about `points` buckets come. */
const chartInput = z.object({ scope, points: z.number().int().min(2).max(2_000).default(240) });

const byModel = z.object({ model: z.string().nullable(), values: z.array(z.number().nullable()) });

export const analytics = {
  /** Tokens and dollars over time, one series a model (the eight largest; the rest is `other`). */
  usage: procedure.input(chartInput).output(
    z.object({
      startMs: z.array(z.number()),
      bucketMs: z.number(),
      tokens: z.array(byModel),
      costUsd: z.array(byModel),
      calls: z.array(byModel),
      cost,
      undated: z.number().int(),
      provenance,
    }),
  ),
  /** Latency of LM calls over time, all models. Milliseconds. */
  latency: procedure.input(chartInput).output(
    z.object({
      startMs: z.array(z.number()),
      bucketMs: z.number(),
      p50: z.array(z.number().nullable()),
      p95: z.array(z.number().nullable()),
      p99: z.array(z.number().nullable()),
      max: z.array(z.number().nullable()),
      provenance,
    }),
  ),
  /** LM calls by model and provider, most calls first, at most 200. Latency in milliseconds. */
  models: procedure.input(z.object({ scope })).output(
    z.object({
      models: z.array(
        z.object({
          model: z.string().nullable(),
          provider: z.string().nullable(),
          calls: z.number().int(),
          inputTokens: z.number().nullable(),
          outputTokens: z.number().nullable(),
          cost,
          p50Ms: z.number().nullable(),
          p95Ms: z.number().nullable(),
          p99Ms: z.number().nullable(),
          errors: z.number().int(),
        }),
      ),
      provenance,
    }),
  ),
  /**
   * A measure by session (its reward, or its last convergence score) in order of time: per bucket the mean, the quantile band
   * p10…p90, min and max, and the rolling mean over the last 5 and 10 sessions at the bucket's end.
   */
  rolling: procedure.input(chartInput.extend({ measure: z.enum(['reward', 'convergence']) })).output(
    z.object({
      startMs: z.array(z.number()),
      bucketMs: z.number(),
      n: z.array(z.number()),
      mean: z.array(z.number().nullable()),
      p10: z.array(z.number().nullable()),
      p90: z.array(z.number().nullable()),
      min: z.array(z.number().nullable()),
      max: z.array(z.number().nullable()),
      rolling5: z.array(z.number().nullable()),
      rolling10: z.array(z.number().nullable()),
      /** The newest session of each bucket, to land on when clicked. */
      session: z.array(sessionRef.nullable()),
      sessions: z.number().int(),
      without: z.number().int().describe('sessions in scope that lack the measure or a time'),
      provenance,
    }),
  ),
};
