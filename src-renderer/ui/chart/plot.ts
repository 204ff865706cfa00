import uPlot from 'uplot';
import type { ChartData } from './chart-data';
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

export function createPlot({ host, data, range, height, gutter, events }: PlotInput): Plot {
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
        drag: { x: true, y: false, setScale: false, dist: clickSlackPx },
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
            events.zoom([self.posToVal(left, 'x'), self.posToVal(left + width, 'x')]);
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        draw: [
          (self) => {
            drawLevels(self, data, colours);
            placeEndLabels({ plot: self, data, parts, labels, gutter });
          },
        ],
      },
    },
    parts.aligned,
    host,
  );
  plot.root.append(labels);
  const listeners = listenForClicks(plot, events.pick);
  const theme = watchTheme(() => {
    colours = readColours(host);
    plot.redraw(false, true);
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

/** A click is a press without a drag. */
function listenForClicks(plot: uPlot, pick: (index: number) => void): AbortController {
  const listeners = new AbortController();
  const { signal } = listeners;
  let downAt = 0;
  plot.over.addEventListener('mousedown', (event) => (downAt = event.clientX), { signal });
  plot.over.addEventListener(
    'click',
    (event) => {
      const { idx } = plot.cursor;
      if (Math.abs(event.clientX - downAt) < clickSlackPx && idx !== null && idx !== undefined) pick(idx);
    },
    { signal },
  );
  return listeners;
}
