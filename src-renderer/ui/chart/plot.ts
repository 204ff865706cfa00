import uPlot from 'uplot';
import { type ChartData, nearestRow } from './chart-data';
import type { ChartRange } from './crosshair';
import { drawLevels, placeEndLabels } from './plot-decoration';
import { axesOf, plotParts, xRange, yRange } from './plot-options';
import { readColours, type ThemeColours, watchTheme } from './theme-colours';

export interface PlotEvents {
  /** The pointer is over this place, or has left. */
  readonly point: (x: number | null) => void;
  readonly zoom: (range: ChartRange) => void;
  readonly pick: (index: number) => void;
}

export interface PlotInput {
  readonly host: HTMLElement;
  readonly data: ChartData;
  readonly range: ChartRange;
  readonly height: number;
  readonly gutter: number;
  readonly namesEnds: boolean;
  readonly events: PlotEvents;
}

/** A canvas with one chart. */
export interface Plot extends Disposable {
  readonly pointAt: (x: number | null) => void;
  readonly resize: (width: number) => void;
  /** Where a value of the axis stands, in px from the host's left edge. */
  readonly leftOf: (x: number) => number;
}

const clickSlackPx = 4;

export function createPlot(input: PlotInput): Plot {
  const { host, data, range, height, gutter, events } = input;
  let colours = readColours(host);
  const current = (): ThemeColours => colours;
  const parts = plotParts(data, current);
  let isFollowing = false;
  const labels = document.createElement('div');
  labels.setAttribute('aria-hidden', 'true');
  const isSeen = (index: number) => (parts.shows[index - 1] ?? -1) >= 0;
  const plot = new uPlot(
    {
      width: Math.max(80, host.clientWidth),
      height,
      ms: 1,
      padding: [10, gutter, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: data.x.kind === 'time', range: () => xRange(data, range) },
        y: { range: (_plot, min, max) => yRange(data, min, max) },
      },
      axes: axesOf(data, current),
      series: [{}, ...parts.series],
      bands: parts.bands,
      cursor: {
        y: false,
        move: (self, left, top) => (left < 0 ? [left, top] : [snap(self, left), top]),
        // A snapped cursor looks like a drag to uPlot, which would swallow the click: what is a click is decided below.
        drag: { x: true, y: false, setScale: false, dist: clickSlackPx, click: () => undefined },
        bind: {
          dblclick: () => () => {
            events.zoom(null);
            return null;
          },
        },
        points: {
          size: (_plot, index) => (isSeen(index) ? 7 : 0),
          width: 2,
          stroke: () => colours.of('--surface'),
          fill: (_plot, index) => {
            const series = data.series[parts.shows[index - 1] ?? -1];
            return series === undefined ? 'transparent' : colours.of(series.colour);
          },
        },
      },
      hooks: {
        setCursor: [
          (self) => {
            if (isFollowing) return;
            const { idx, left } = self.cursor;
            const x =
              left === undefined || left < 0 || idx === null || idx === undefined ? null : data.x.values[idx];
            events.point(x ?? null);
          },
        ],
        setSelect: [
          (self) => {
            const { left, width } = self.select;
            if (width < clickSlackPx) return;
            const [low, high] = [self.posToVal(left, 'x'), self.posToVal(left + width, 'x')];
            events.zoom(wholeBuckets(data, low, high));
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        draw: [
          (self) => {
            drawLevels(self, data, colours);
            if (input.namesEnds) placeEndLabels({ plot: self, data, parts, labels, gutter });
          },
        ],
      },
    },
    parts.aligned,
    host,
  );
  plot.root.append(labels);
  const listeners = listenForClicks(plot, events.pick, range !== null);
  const theme = watchTheme(() => {
    colours = readColours(host);
    // uPlot keeps the paint with the paths.
    plot.redraw(true, true);
  });
  return {
    pointAt: (x) => {
      isFollowing = true;
      plot.setCursor(x === null ? { left: -10, top: -10 } : { left: plot.valToPos(x, 'x'), top: 1 }, false);
      isFollowing = false;
    },
    resize: (width) => plot.setSize({ width: Math.max(80, width), height }),
    leftOf: (x) => plot.valToPos(x, 'x') + plot.bbox.left / devicePixelRatio,
    [Symbol.dispose]: () => {
      listeners.abort();
      theme[Symbol.dispose]();
      plot.destroy();
    },
  };
}

/** The crosshair stands on values, not between them. */
function snap(plot: uPlot, left: number): number {
  const x = plot.data[0][plot.posToIdx(left)];
  return x === undefined ? left : plot.valToPos(x, 'x');
}

/** A zoom shows the buckets at its ends whole. */
function wholeBuckets({ x }: ChartData, low: number, high: number): [number, number] {
  if (x.step === undefined || x.values.length === 0) return [low, high];
  const first = x.values[nearestRow(x.values, low)] ?? low;
  const last = x.values[nearestRow(x.values, high)] ?? high;
  return [first - x.step / 2, last + x.step / 2];
}

/** As long as systems wait for the second half of a double click. */
const doubleClickMs = 300;

/** A click is a press without a drag. Where a double click would reset the zoom, a click waits whether it becomes one. */
function listenForClicks(plot: uPlot, pick: (index: number) => void, isZoomed: boolean): AbortController {
  const listeners = new AbortController();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  listeners.signal.addEventListener('abort', () => clearTimeout(waiting));
  const { signal } = listeners;
  let downAt = 0;
  plot.over.addEventListener('mousedown', (event) => (downAt = event.clientX), { signal });
  plot.over.addEventListener(
    'click',
    (event) => {
      const { idx } = plot.cursor;
      clearTimeout(waiting);
      if (Math.abs(event.clientX - downAt) >= clickSlackPx || idx === null || idx === undefined) return;
      if (!isZoomed) pick(idx);
      else if (event.detail === 1) waiting = setTimeout(() => pick(idx), doubleClickMs);
    },
    { signal },
  );
  return listeners;
}
