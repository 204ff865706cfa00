import uPlot from 'uplot';
import { formatNumber } from '../format';
import { type ChartData, type Column, stackColumns } from './chart-data';
import { indexTicks, niceScale, timeTicks } from './scale';
import type { ThemeColours } from './theme-colours';

/** One line of uPlot and which of the chart's series it draws (-1: the edge of a band). */
interface PlotSeries {
  readonly shows: number;
  readonly values: Column;
  readonly options: uPlot.Series;
}

export interface PlotParts {
  readonly aligned: uPlot.AlignedData;
  readonly series: uPlot.Series[];
  readonly bands: uPlot.Band[];
  /** uPlot's series number (from 1) → the chart's series number. */
  readonly shows: readonly number[];
}

const widths = { strong: 2, normal: 1.5, faint: 1 };

/** The chart's columns as uPlot wants them. Of what stands on each other the tallest is drawn first, so that each shows its own part. */
export function plotParts(data: ChartData, colours: () => ThemeColours): PlotParts {
  const edges = (data.bands ?? []).flatMap(({ low, high }): PlotSeries[] =>
    [high, low].map((values) => ({
      shows: -1,
      values,
      options: { width: 0, points: { show: false }, spanGaps: false },
    })),
  );
  const columns = data.series.map(({ values }) => values);
  const drawn = data.stacked ? stackColumns(columns) : columns;
  const lines = data.series.map((_, at) => seriesOf(data, at, drawn[at] ?? [], colours));
  if (data.stacked) lines.reverse();
  const all = [...edges, ...lines];
  return {
    aligned: [[...data.x.values], ...all.map(({ values }) => [...values])],
    series: all.map(({ options }) => options),
    bands: (data.bands ?? []).map(({ colour }, at) => ({
      series: [at * 2 + 1, at * 2 + 2],
      fill: () => colours().of(colour, 0.16),
    })),
    shows: all.map(({ shows }) => shows),
  };
}

function seriesOf(data: ChartData, at: number, values: Column, colours: () => ThemeColours): PlotSeries {
  const series = data.series[at];
  if (series === undefined) throw new Error(`no series ${at}`);
  const weight = series.weight ?? 'normal';
  const alpha = weight === 'faint' ? 0.45 : 1;
  const paint = () => colours().of(series.colour, alpha);
  const options: uPlot.Series = {
    label: series.label,
    stroke: paint,
    width: widths[weight],
    spanGaps: false,
    ...(series.bridges && { gaps: (plot, _series, _from, _to, gaps) => longGaps(plot, data, gaps) }),
    ...(series.dash && { dash: [...series.dash] }),
    points: { show: false },
  };
  if (series.mark === 'bar') {
    // Opaque, or what lies under it would shine through.
    return {
      shows: at,
      values,
      options: {
        ...options,
        width: 0,
        fill: paint,
        ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ size: [0.82, 48, 3], gap: 0 }) }),
      },
    };
  }
  if (series.mark === 'area') return { shows: at, values, options: { ...options, fill: paint } };
  if (series.mark === 'dots') {
    return {
      shows: at,
      values,
      options: { ...options, paths: () => null, points: { show: true, size: 5, width: 1, fill: paint } },
    };
  }
  // A value between two gaps has no line to be part of: it is drawn as a dot.
  const reach = series.bridges ? bridgedBuckets : 1;
  const islands = values.flatMap((_, index) => (isIsland(values, index, reach) ? [index] : []));
  return {
    shows: at,
    values,
    options: {
      ...options,
      ...(islands.length > 0 && {
        points: { show: true, size: 4, width: 0, fill: paint, filter: islands },
      }),
    },
  };
}

const bridgedBuckets = 4;

/** A few empty buckets do not break a line that goes on over them; a long silence does. */
function longGaps(plot: uPlot, { x }: ChartData, gaps: uPlot.Series.Gaps): uPlot.Series.Gaps {
  const [first] = x.values;
  if (x.step === undefined || first === undefined) return gaps;
  const bucketPx = plot.valToPos(first + x.step, 'x', true) - plot.valToPos(first, 'x', true);
  return gaps.filter(([from, to]) => to - from > bucketPx * (bridgedBuckets + 0.5));
}

/** A value with nothing within reach on either side. */
export function isIsland(values: Column, index: number, reach = 1): boolean {
  if ((values[index] ?? null) === null) return false;
  for (let distance = 1; distance <= reach; distance += 1) {
    if ((values[index - distance] ?? null) !== null || (values[index + distance] ?? null) !== null)
      return false;
  }
  return true;
}

/** The visible part of the axis: the zoom, else all of it with the halves of the outer buckets, so that charts of one axis align. */
export function xRange(data: ChartData, zoom: readonly [number, number] | null): [number, number] {
  if (zoom !== null) return [zoom[0], zoom[1]];
  const { values, kind, step } = data.x;
  const low = values[0] ?? 0;
  const high = values.at(-1) ?? 1;
  const hasBars = data.series.some(({ mark }) => mark === 'bar');
  if (step !== undefined) return [low - step / 2, high + step / 2];
  if (hasBars || low === high) {
    const room = kind === 'index' ? 0.5 : Math.max(1, (high - low) / Math.max(1, values.length) / 2);
    return [low - room, high + room];
  }
  return [low, high];
}

/** Room that a label of a time axis takes. */
const timeLabelPx = 68;

export function axesOf(data: ChartData, colours: () => ThemeColours): uPlot.Axis[] {
  const quiet = () => colours().of('--text-3');
  const line = () => colours().of('--line');
  const font = '11px "Inter Variable", system-ui, sans-serif';
  const widthOf = (plot: uPlot) => plot.bbox.width / devicePixelRatio;
  // uPlot asks for places and then for their labels: what was answered first is kept.
  let labels = new Map<number, string>();
  const ticksOf = (plot: uPlot, low: number, high: number): number[] => {
    if (data.x.kind === 'index') {
      const places = indexTicks(low, high, Math.max(2, Math.floor(widthOf(plot) / 56)));
      labels = new Map(places.map((at) => [at, formatNumber(at)]));
      return places;
    }
    const ticks = timeTicks(low, high, Math.max(2, Math.floor(widthOf(plot) / timeLabelPx)));
    labels = new Map(ticks.map(({ at, label }) => [at, label]));
    return ticks.map(({ at }) => at);
  };
  return [
    {
      stroke: quiet,
      font,
      size: 24,
      gap: 5,
      grid: { show: false },
      ticks: { show: true, stroke: line, width: 1, size: 4 },
      border: { show: true, stroke: () => colours().of('--line-strong'), width: 1 },
      splits: (plot, _axis, low, high) => ticksOf(plot, low, high),
      values: (_plot, splits) => splits.map((at) => labels.get(at) ?? ''),
    },
    {
      stroke: quiet,
      font,
      gap: 6,
      // One width for nearly all, so that plots under each other begin at one edge.
      size: (_plot, values) => Math.max(60, ...(values ?? []).map((text) => text.length * 6.6 + 14)),
      grid: { show: true, stroke: line, width: 1 },
      ticks: { show: false },
      splits: (_plot, _axis, low, high) => yTicks(data, low, high),
      values: (_plot, splits) => splits.map((value) => data.unit.axis(value)),
    },
  ];
}

export function yRange(data: ChartData, min: number | null, max: number | null): [number, number] {
  if (data.range !== undefined) return [...data.range];
  const { low, high } = niceScale(min, max, data.unit);
  return [low, high];
}

/** Thresholds are the lines of a chart that has them. */
function yTicks(data: ChartData, low: number, high: number): number[] {
  if (data.range === undefined || data.levels === undefined) {
    return [...niceScale(low, high, data.unit).ticks];
  }
  return [data.range[0], ...data.levels.map(({ at }) => at).sort((a, b) => a - b), data.range[1]];
}
