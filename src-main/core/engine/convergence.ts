import { rewardSeries, scoreSeries, spokenMessages } from '../../../db/analytics/queries';
import { type ConvergenceProfile, convergenceByTurn, rollingMean, sidesOf, trendOf } from '../../../db/model';
import type { EngineContext } from './context';
import type { SessionPlace } from './place';

/** Recorded and computed scores are the same when they agree to the second decimal. */
const SAME_SCORE = 0.005;
/** Points a series keeps at most; beyond that each bucket keeps its lowest and highest. */
const MOST_POINTS = 2_000;

interface TurnScore {
  readonly turn: number;
  readonly stepKey: string | null;
  readonly recorded: number | null;
  readonly score: number | null;
}

/** Reward by step, and the convergence score where the session is a conversation between two sides. */
export async function readConvergence(
  context: EngineContext,
  place: SessionPlace,
  asked: ConvergenceProfile | undefined,
  signal: AbortSignal | undefined,
) {
  const [rewards, { turns, profile }] = await Promise.all([
    context.pool.run(rewardSeries, { ...place }, { signal }),
    readTurns(context, place, asked, signal),
  ]);
  const hasReward = rewards.some((row) => row.value !== null);
  return {
    profile,
    reward: hasReward
      ? {
          x: rewards.map((row) => row.x),
          stepKey: rewards.map((row) => row.step_key),
          value: rewards.map((row) => row.value),
          rolling5: rewards.map((row) => row.rolling5),
          rolling10: rewards.map((row) => row.rolling10),
          trend: trendOf(rewards.map((row) => row.value)),
        }
      : null,
    score: turns.some((turn) => turn.score !== null) ? toScoreSeries(turns) : null,
    provenance: {
      query: turns.length > 0 ? scoreSeries.sql : rewardSeries.sql,
      formula:
        'rolling n = AVG(value) OVER (ORDER BY step ROWS BETWEEN n-1 PRECEDING AND CURRENT ROW); ' +
        `score = weighted content, length, sentences, structure, punctuation of the last 10 messages, profile ${profile}`,
      n: turns.length > 0 ? turns.length : (rewards[0]?.n ?? 0),
    },
  };
}

/** The scores kept with the mirror where their profile is the one that is asked for, or none is; else computed from the messages. */
async function readTurns(
  { pool }: EngineContext,
  place: SessionPlace,
  asked: ConvergenceProfile | undefined,
  signal: AbortSignal | undefined,
): Promise<{ readonly turns: TurnScore[]; readonly profile: ConvergenceProfile }> {
  const stored = await pool.run(scoreSeries, { ...place }, { signal });
  const kept = stored.map((row) => ({
    turn: row.turn,
    stepKey: row.step_key,
    recorded: row.recorded,
    score: row.score,
  }));
  const keptProfile = stored[0]?.profile ?? 'structural';
  const profile = asked ?? keptProfile;
  if (profile === keptProfile && kept.some((turn) => turn.score !== null)) return { turns: kept, profile };
  const messages = await pool.run(spokenMessages, { ...place }, { signal });
  let last = 0;
  const spoken = messages.map((message, at) => {
    last = message.turn ?? (messages.some((one) => one.turn !== null) ? last : Math.floor(at / 2));
    return { role: message.role, author: message.author, text: message.text, turn: last };
  });
  const sided = sidesOf(spoken);
  if (sided === undefined) return { turns: [], profile };
  const recordedOf = new Map(kept.map((turn) => [turn.turn, turn.recorded]));
  const stepOf = new Map(messages.map((message, at) => [spoken[at]?.turn, message.step_key]));
  const turns = convergenceByTurn(sided, profile).map(({ turn, score }) => ({
    turn,
    stepKey: stepOf.get(turn) ?? null,
    recorded: recordedOf.get(turn) ?? null,
    score,
  }));
  return { turns, profile };
}

function toScoreSeries(turns: readonly TurnScore[]) {
  const values = turns.map((turn) => turn.score);
  const rolling5 = rollingMean(values, 5);
  const rolling10 = rollingMean(values, 10);
  const differs = turns.filter(
    ({ recorded, score }) => recorded !== null && score !== null && Math.abs(recorded - score) > SAME_SCORE,
  ).length;
  const kept = keptPoints(values);
  const pick = <T>(all: readonly T[]): T[] => kept.flatMap((at) => all.slice(at, at + 1));
  return {
    x: pick(turns.map((turn) => turn.turn)),
    stepKey: pick(turns.map((turn) => turn.stepKey)),
    value: pick(values),
    recorded: pick(turns.map((turn) => turn.recorded)),
    rolling5: pick(rolling5),
    rolling10: pick(rolling10),
    trend: trendOf(values),
    differs,
  };
}

/** Positions to draw: all, or of each bucket the lowest and the highest. */
export function keptPoints(values: readonly (number | null)[], most: number = MOST_POINTS): number[] {
  if (values.length <= most) return values.map((_, at) => at);
  const size = Math.ceil(values.length / (most / 2));
  const kept = new Set<number>();
  for (let start = 0; start < values.length; start += size) {
    let low = start;
    let high = start;
    for (let at = start; at < Math.min(start + size, values.length); at += 1) {
      const value = values[at] ?? null;
      if (value === null) continue;
      if (value < (values[low] ?? Number.POSITIVE_INFINITY)) low = at;
      if (value > (values[high] ?? Number.NEGATIVE_INFINITY)) high = at;
    }
    kept.add(low).add(high);
  }
  return [...kept].sort((a, b) => a - b);
}
