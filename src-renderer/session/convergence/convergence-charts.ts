import type { InferContractRouterOutputs } from '@orpc/contract';
import { convergenceBands } from '../../../db/model';
import type { session } from '../../../src-main/contract';
import { type ChartData, rewardUnit, scoreUnit } from '../../ui/chart';
import { stepAxis } from '../step-axis';

export type SessionConvergence = InferContractRouterOutputs<typeof session>['convergence'];

const sameWithin = 0.005;

const bands = convergenceBands.map(({ name, from }) => ({ at: from, label: name }));

export function bandOf(score: number): 'high' | 'medium' | 'low' | 'none' {
  return bands.find(({ at }) => score >= at)?.label ?? 'none';
}

export function rewardChart({ reward }: SessionConvergence): ChartData | null {
  if (reward === null) return null;
  return {
    x: stepAxis(reward.x, 'step'),
    unit: rewardUnit,
    series: [
      { label: 'rolling 5', values: reward.rolling5, mark: 'line', weight: 'strong', colour: '--series-1' },
      {
        label: 'rolling 10',
        values: reward.rolling10,
        mark: 'line',
        weight: 'strong',
        colour: '--series-2',
        dash: [6, 3],
      },
      { label: 'reward', values: reward.value, mark: 'line', weight: 'faint', colour: '--text-3' },
    ],
  };
}

/** Recorded and computed scores are one line where they agree; where they differ, the recorded one is a dot of its own. */
export function scoreChart({ score }: SessionConvergence): ChartData | null {
  if (score === null) return null;
  const differing = score.recorded.map((recorded, at) => {
    const computed = score.value[at] ?? null;
    if (recorded === null) return null;
    return computed === null || Math.abs(recorded - computed) > sameWithin ? recorded : null;
  });
  const hasRecorded = score.recorded.some((value) => value !== null);
  const hasDiffering = differing.some((value) => value !== null);
  const label = hasRecorded && !hasDiffering ? 'recorded = computed' : 'computed';
  return {
    x: stepAxis(score.x, 'turn'),
    unit: scoreUnit,
    range: [0, 1],
    levels: bands,
    series: [
      { label, values: score.value, mark: 'line', weight: 'normal', colour: '--series-6' },
      { label: 'rolling 5', values: score.rolling5, mark: 'line', weight: 'strong', colour: '--series-1' },
      {
        label: 'rolling 10',
        values: score.rolling10,
        mark: 'line',
        weight: 'strong',
        colour: '--series-2',
        dash: [6, 3],
      },
      ...(hasDiffering
        ? [
            {
              label: 'recorded, differs',
              values: differing,
              mark: 'dots' as const,
              colour: '--error',
              unnamed: true,
            },
          ]
        : []),
    ],
  };
}
