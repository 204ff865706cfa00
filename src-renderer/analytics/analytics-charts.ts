import type { InferContractRouterOutputs } from '@orpc/contract';
import type { analytics } from '../../src-main/contract';
import { formatTime, zoneName } from '../ui';
import {
  type ChartData,
  type ChartSeries,
  type ChartUnit,
  type ChartX,
  callUnit,
  dollarUnit,
  durationUnit,
  rewardUnit,
  scoreUnit,
  tokenUnit,
} from '../ui/chart';

type Outputs = InferContractRouterOutputs<typeof analytics>;
export type Usage = Outputs['usage'];
export type Latency = Outputs['latency'];
export type Rolling = Outputs['rolling'];

interface Buckets {
  readonly startMs: readonly number[];
  readonly bucketMs: number;
}

/** Buckets as an axis of local time: a value stands in the middle of its bucket. */
export function timeAxis({ startMs, bucketMs }: Buckets): ChartX {
  return {
    kind: 'time',
    values: startMs.map((start) => start + bucketMs / 2),
    label: `local time, ${zoneName()}`,
    step: bucketMs,
    describe: (index) => {
      const start = startMs[index];
      if (start === undefined) return '';
      return `${timeText(start)} to ${timeText(start + bucketMs)}`;
    },
  };
}

function timeText(milliseconds: number): string {
  return formatTime(new Date(milliseconds).toISOString());
}

type ByModel = Usage['tokens'];

/** A model has one colour in every chart of the screen: by its place among the models with the most tokens. */
export function modelColours(usage: Usage): ReadonlyMap<string | null, string> {
  const colours = new Map<string | null, string>();
  for (const { model } of [...usage.tokens, ...usage.calls, ...usage.costUsd]) {
    if (colours.has(model)) continue;
    const next = [...colours.values()].filter((colour) => colour.startsWith('--series')).length;
    colours.set(model, model === 'other' || model === null || next >= 8 ? '--n8' : `--series-${next + 1}`);
  }
  return colours;
}

export interface UsageCharts {
  readonly tokens: ChartData;
  readonly cost: ChartData;
  readonly calls: ChartData;
}

export function usageCharts(usage: Usage): UsageCharts {
  const x = timeAxis(usage);
  const colours = modelColours(usage);
  const chart = (columns: ByModel, unit: ChartUnit): ChartData => ({
    x,
    unit,
    stacked: true,
    series: columns
      .filter(({ values }) => values.some((value) => value !== null))
      .map(
        ({ model, values }): ChartSeries => ({
          label: model ?? 'unknown model',
          values,
          mark: 'bar',
          colour: colours.get(model) ?? '--n8',
        }),
      ),
  });
  return {
    tokens: chart(usage.tokens, tokenUnit),
    cost: chart(usage.costUsd, dollarUnit),
    calls: chart(usage.calls, callUnit),
  };
}

export function latencyChart(latency: Latency): ChartData {
  return {
    x: timeAxis(latency),
    unit: durationUnit,
    series: [
      { label: 'p50', values: latency.p50, mark: 'line', weight: 'strong', colour: '--series-1' },
      { label: 'p95', values: latency.p95, mark: 'line', colour: '--series-2', dash: [6, 3] },
      { label: 'p99', values: latency.p99, mark: 'line', colour: '--series-4', dash: [2, 3] },
    ],
  };
}

export function rollingChart(rolling: Rolling, measure: 'reward' | 'convergence'): ChartData {
  return {
    x: timeAxis(rolling),
    unit: measure === 'reward' ? rewardUnit : scoreUnit,
    ...(measure === 'convergence' && { range: [0, 1] as const }),
    bands: [{ label: 'p10 to p90', low: rolling.p10, high: rolling.p90, colour: '--series-1' }],
    series: [
      {
        label: 'rolling 10',
        values: rolling.rolling10,
        mark: 'line',
        weight: 'strong',
        colour: '--series-1',
      },
      { label: 'rolling 5', values: rolling.rolling5, mark: 'line', colour: '--series-2', dash: [6, 3] },
      { label: 'mean', values: rolling.mean, mark: 'line', weight: 'faint', colour: '--text-3' },
    ],
  };
}
