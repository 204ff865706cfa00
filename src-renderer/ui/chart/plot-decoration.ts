import type uPlot from 'uplot';
import styles from './chart.module.css';
import type { ChartData } from './chart-data';
import { spreadLabels } from './end-labels';
import type { PlotParts } from './plot-options';
import type { ThemeColours } from './theme-colours';

/** Thin dashed lines at the thresholds, named at the left inside the plot. */
export function drawLevels(plot: uPlot, data: ChartData, colours: ThemeColours): void {
  if (data.levels === undefined) return;
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colours.of('--line-strong');
  ctx.fillStyle = colours.of('--text-3');
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  ctx.font = `${11 * ratio}px "Inter Variable", system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  for (const { at, label } of data.levels) {
    const y = Math.round(plot.valToPos(at, 'y', true)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(label, bbox.left + 6 * ratio, y - 2 * ratio);
  }
  ctx.restore();
}

interface EndLabels {
  readonly plot: uPlot;
  readonly data: ChartData;
  readonly parts: PlotParts;
  readonly labels: HTMLElement;
  readonly gutter: number;
}

const lineHeightPx = 14;

/** Each line's name at its end, in its colour. What stands on each other is named in its own layer. */
export function placeEndLabels({ plot, data, parts, labels, gutter }: EndLabels): void {
  labels.replaceChildren();
  if (gutter < 24) return;
  const ratio = devicePixelRatio;
  const height = plot.bbox.height / ratio;
  const ends = parts.shows.flatMap((shows, at) => {
    const series = data.series[shows];
    if (series === undefined || series.unnamed) return [];
    const end = lastSeen(plot, at + 1);
    if (end === null) return [];
    const value = plot.data[at + 1]?.[end] ?? 0;
    // A layer spans from the sum under it to its own.
    const own = data.stacked ? (series.values[end] ?? 0) : 0;
    return [{ key: shows, y: plot.valToPos(value - own / 2, 'y') }];
  });
  for (const { key, y } of spreadLabels(ends, lineHeightPx, height)) {
    const series = data.series[key];
    if (series === undefined) continue;
    const label = document.createElement('span');
    label.className = styles.endLabel ?? '';
    label.dir = 'auto';
    label.textContent = series.label;
    label.title = series.label;
    label.style.color = `var(${series.colour})`;
    label.style.top = `${y + plot.bbox.top / ratio - lineHeightPx / 2}px`;
    label.style.left = `${(plot.bbox.left + plot.bbox.width) / ratio + 6}px`;
    label.style.maxWidth = `${gutter - 8}px`;
    labels.append(label);
  }
}

function lastSeen(plot: uPlot, series: number): number | null {
  const column = plot.data[series];
  const { min, max } = plot.scales.x ?? {};
  for (let at = (column?.length ?? 0) - 1; at >= 0; at -= 1) {
    const x = plot.data[0][at];
    if (x === undefined || x > (max ?? x) || x < (min ?? x)) continue;
    if ((column?.[at] ?? null) !== null) return at;
  }
  return null;
}
