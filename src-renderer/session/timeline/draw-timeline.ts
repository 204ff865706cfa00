import type { ThemeColours } from '../../ui/chart';
import { timeTicks } from '../../ui/chart';
import type { PlacedBar, TimelineLayout, TimeWindow } from './timeline-layout';

const rowPx = { least: 22, most: 32 } as const;
const laneGapPx = 6;
const axisPx = 26;
export const gutterPx = 168;
const leastBarPx = 3;

const colourOf = {
  step: '--n8',
  cais: '--cat-lm',
  environment: '--cat-environment',
  runtime: '--cat-runtime',
  other: '--cat-other',
  message: '--role-user',
} as const;

export interface TimelinePicture {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly layout: TimelineLayout;
  readonly window: TimeWindow;
  readonly rowPx: number;
  readonly startAtMs: number | null;
  readonly hovered: number;
  readonly selected: number;
  readonly colours: ThemeColours;
}

export interface BarBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

type Geometry = Pick<TimelinePicture, 'layout' | 'window' | 'width' | 'rowPx'>;

export function boxOf({ bar, lane, row }: PlacedBar, { layout, window, width, rowPx }: Geometry): BarBox {
  const scale = (width - gutterPx - 8) / (window.to - window.from);
  const top = laneTopOf(layout.lanes[lane]?.top ?? 0, lane, rowPx) + row * rowPx;
  return {
    left: gutterPx + (bar.startMs - window.from) * scale,
    top: top + 4,
    width: Math.max(leastBarPx, (bar.durationMs ?? 0) * scale),
    height: rowPx - 6,
  };
}

/** The bar at a point, the last drawn first; instants are a few px wide to the pointer. */
export function barAt(x: number, y: number, geometry: Geometry): number {
  return geometry.layout.bars.findLastIndex((placed) => {
    const box = boxOf(placed, geometry);
    const slack = box.width < 8 ? 3 : 0;
    return (
      x >= box.left - slack && x <= box.left + box.width + slack && y >= box.top && y <= box.top + box.height
    );
  });
}

export function heightOf({ rows, lanes }: TimelineLayout, rowPx: number): number {
  return laneTopOf(rows, lanes.length, rowPx) + 8;
}

/** Where a lane begins that has so many rows above it. */
export function laneTopOf(rowsAbove: number, lane: number, rowPx: number): number {
  return axisPx + rowsAbove * rowPx + lane * laneGapPx;
}

/** Few rows are higher where there is room for them. */
export function rowPxIn(roomPx: number, layout: TimelineLayout): number {
  const rest = roomPx - heightOf(layout, 0);
  return Math.max(rowPx.least, Math.min(rowPx.most, Math.floor(rest / Math.max(1, layout.rows))));
}

export function drawTimeline(picture: TimelinePicture): void {
  const { context, width, height, layout, colours, rowPx } = picture;
  context.clearRect(0, 0, width, height);
  context.font = '11px "Inter Variable", system-ui, sans-serif';
  context.textBaseline = 'middle';
  drawAxis(picture);
  context.save();
  context.beginPath();
  context.rect(gutterPx, 0, width - gutterPx, height);
  context.clip();
  layout.bars.forEach((placed, index) => {
    drawBar(picture, placed, index);
  });
  context.restore();
  context.fillStyle = colours.of('--line');
  for (const { top } of layout.lanes) {
    const lane = layout.lanes.findIndex((one) => one.top === top);
    if (lane > 0) context.fillRect(0, laneTopOf(top, lane, rowPx) - laneGapPx / 2, width, 1);
  }
}

function drawAxis({ context, width, height, window, startAtMs, colours }: TimelinePicture): void {
  const count = Math.max(2, Math.floor((width - gutterPx) / 110));
  const offset = startAtMs ?? 0;
  const scale = (width - gutterPx - 8) / (window.to - window.from);
  const ticks = startAtMs === null ? [] : timeTicks(window.from + offset, window.to + offset, count);
  for (const { at, label } of ticks) {
    const left = gutterPx + (at - offset - window.from) * scale;
    context.fillStyle = colours.of('--line');
    context.fillRect(Math.round(left), axisPx - 6, 1, height);
    context.fillStyle = colours.of('--text-3');
    if (left + 4 + context.measureText(label).width <= width) context.fillText(label, left + 4, 10);
  }
}

function drawBar(picture: TimelinePicture, placed: PlacedBar, index: number): void {
  const { context, colours, hovered, selected, width } = picture;
  const box = boxOf(placed, picture);
  if (box.left + box.width < gutterPx || box.left > width) return;
  const { kind, error, durationMs, label } = placed.bar;
  context.fillStyle = error ? colours.of('--error') : colours.of(colourOf[kind], kind === 'step' ? 0.45 : 1);
  context.beginPath();
  context.roundRect(box.left, box.top, box.width, box.height, durationMs === null ? 1 : 2);
  context.fill();
  if (kind === 'step') drawName(picture, box, label);
  if (index !== hovered && index !== selected) return;
  context.strokeStyle = colours.of(index === selected ? '--accent' : '--text');
  context.lineWidth = 2;
  context.strokeRect(box.left - 2, box.top - 2, box.width + 4, box.height + 4);
}

/** The step's name where it fits whole, else its number, else nothing: the readout has it. */
function drawName({ context, colours }: TimelinePicture, box: BarBox, label: string): void {
  const left = Math.max(box.left, gutterPx) + 4;
  const room = box.left + box.width - left - 4;
  const number = /\d+$/.exec(label)?.[0] ?? '';
  const text = [label, number].find((one) => one !== '' && context.measureText(one).width <= room);
  if (text === undefined) return;
  context.fillStyle = colours.of('--text');
  context.fillText(text, left, box.top + box.height / 2 + 0.5);
}
