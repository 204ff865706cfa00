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
import type { ModelColours } from './model-colours';

type Outputs = InferContractRouterOutputs<typeof analytics>;
export type Usage = Outputs['usage'];
export type Latency = Outputs['latency'];
export type Models = Outputs['models'];
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

/** Instead of saying that there is none while a source is read. */
export const notReadYet = 'Not read yet.';

export function modelName(model: string | null): string {
  return model ?? 'unknown model';
}

export interface UsageCharts {
  readonly tokens: ChartData;
  readonly cost: ChartData;
  readonly calls: ChartData;
}

export function usageCharts(usage: Usage, colourOf: ModelColours): UsageCharts {
  const x = timeAxis(usage);
  const chart = (columns: ByModel, unit: ChartUnit): ChartData => ({
    x,
    unit,
    stacked: true,
    series: columns
      .filter(({ values }) => values.some((value) => value !== null))
      .map(
        ({ model, values }): ChartSeries => ({
          label: modelName(model),
          values,
          mark: 'bar',
          colour: colourOf(model),
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
      {
        label: 'p50',
        values: latency.p50,
        mark: 'line',
        weight: 'strong',
        colour: '--series-1',
        bridges: true,
      },
      { label: 'p95', values: latency.p95, mark: 'line', colour: '--series-2', dash: [6, 3], bridges: true },
      { label: 'p99', values: latency.p99, mark: 'line', colour: '--series-4', dash: [2, 3], bridges: true },
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
      {
        label: 'rolling 5',
        values: rolling.rolling5,
        mark: 'line',
        colour: '--series-2',
        dash: [6, 3],
        bridges: true,
      },
      {
        label: 'mean',
        values: rolling.mean,
        mark: 'line',
        weight: 'faint',
        colour: '--text-3',
        bridges: true,
      },
    ],
  };
}
