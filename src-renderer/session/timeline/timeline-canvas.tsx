import {
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Button, cx, formatDuration, formatTime, plural, zoneName } from '../../ui';
import { readColours, watchTheme } from '../../ui/chart';
import popover from '../../ui/popover.module.css';
import text from '../../ui/text.module.css';
import frame from '../tab-frame.module.css';
import { barAt, boxOf, drawTimeline, gutterPx, heightOf, laneTopOf, rowPxIn } from './draw-timeline';
import styles from './timeline.module.css';
import {
  clampWindow,
  layOutTimeline,
  neighbourBar,
  type PlacedBar,
  type SessionTimeline,
  type TimelineBar,
  zoomWindow,
} from './timeline-layout';
import { useBars } from './use-bars';

interface Props {
  readonly timeline: SessionTimeline;
  readonly onOpen: (bar: TimelineBar) => void;
}

/** Above the lanes and around them, of what the tab has. */
const frameHeightPx = 64;

/** Nearer is not gone to by pressing a bar: what begins within it is opened. */
const leastWindowMs = 1;

const directions = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' } as const;

function directionOf(key: string) {
  return key in directions ? directions[key as keyof typeof directions] : undefined;
}

export function TimelineCanvas({ timeline, onOpen }: Props) {
  const whole = useMemo(() => ({ from: 0, to: Math.max(1, timeline.endMs) }), [timeline]);
  const [window, setWindow] = useState(whole);
  const isZoomed = window.from > whole.from || window.to < whole.to;
  const drawn = useBars(timeline, isZoomed ? window : null);
  const layout = useMemo(() => layOutTimeline(drawn), [drawn]);
  const [{ width, room }, setSize] = useState({ width: 0, room: 0 });
  const [themed, setThemed] = useState(0);
  const [hovered, setHovered] = useState(-1);
  const [chosen, setChosen] = useState<TimelineBar | null>(null);
  // Other bars may be drawn since it was chosen.
  const selected = layout.bars.findIndex(
    ({ bar }) => chosen !== null && bar.kind === chosen.kind && bar.key === chosen.key,
  );
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const rowPx = rowPxIn(room, layout);
  const height = heightOf(layout, rowPx);
  const startAtMs = timeline.startAt === null ? null : Date.parse(timeline.startAt);
  const timeAt = (x: number) =>
    window.from + ((x - gutterPx) / (width - gutterPx - 8)) * (window.to - window.from);

  // Its room and the theme are the browser's to know.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const around = element.closest(`.${frame.tab}`) ?? element;
    const look = () => setSize({ width: element.clientWidth, room: around.clientHeight - frameHeightPx });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    observer.observe(around);
    const theme = watchTheme(() => setThemed((times) => times + 1));
    return () => {
      observer.disconnect();
      theme[Symbol.dispose]();
    };
  }, []);

  // A canvas is drawn, not rendered. `themed`: in other colours, too.
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width === 0 || themed < 0) return;
    element.width = width * devicePixelRatio;
    element.height = height * devicePixelRatio;
    context.scale(devicePixelRatio, devicePixelRatio);
    const colours = readColours(element.parentElement ?? document.body);
    drawTimeline({ context, width, height, rowPx, layout, window, startAtMs, hovered, selected, colours });
  }, [width, height, rowPx, layout, window, startAtMs, hovered, selected, themed]);

  // The wheel zooms with a modifier held; React's own listener could not keep the page from zooming.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
      event.preventDefault();
      setWindow((before) => {
        const share = (event.offsetX - gutterPx) / (element.clientWidth - gutterPx - 8);
        const span = before.to - before.from;
        if (event.shiftKey) {
          return clampWindow(before.from + ((event.deltaX || event.deltaY) / 800) * span, span, whole);
        }
        return zoomWindow(before, 1.0015 ** event.deltaY, before.from + share * span, whole);
      });
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [whole]);

  const placeOf = (event: PointerEvent) => {
    const frame = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };
  const onPointerMove = (event: PointerEvent) => {
    const { x, y } = placeOf(event);
    setHovered(barAt(x, y, { layout, window, width, rowPx }));
    if (drag !== null) setDrag({ ...drag, to: x });
  };
  const onPointerUp = () => {
    if (drag === null) return;
    setDrag(null);
    const [left, right] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    if (right - left >= 4) setWindow(clampWindow(timeAt(left), timeAt(right) - timeAt(left), whole));
    else if (hovered !== -1) open(hovered);
  };
  const open = (index: number) => {
    const placed = layout.bars[index];
    if (placed === undefined) return;
    const { bar } = placed;
    setChosen(bar);
    // Several that are drawn as one: nearer, they come apart.
    const width = Math.max(bar.durationMs ?? 0, leastWindowMs);
    if (bar.bars > 1 && width < window.to - window.from) setWindow(clampWindow(bar.startMs, width, whole));
    else onOpen(bar);
  };
  const select = (index: number) => {
    const bar = layout.bars[index]?.bar;
    setChosen(bar ?? null);
    if (bar === undefined || (bar.startMs >= window.from && bar.startMs <= window.to)) return;
    setWindow(clampWindow(bar.startMs - (window.to - window.from) / 2, window.to - window.from, whole));
  };
  const zoom = (factor: number) =>
    setWindow(
      zoomWindow(window, factor, layout.bars[selected]?.bar.startMs ?? (window.from + window.to) / 2, whole),
    );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = directionOf(event.key);
    if (direction !== undefined) select(neighbourBar(layout, selected, direction));
    else if (event.key === '+' || event.key === '=') zoom(0.5);
    else if (event.key === '-') zoom(2);
    else if (event.key === '0') setWindow(whole);
    else if (event.key === 'Enter' && selected !== -1) open(selected);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const shown = layout.bars[hovered !== -1 ? hovered : selected];
  const shownBox = shown && boxOf(shown, { layout, window, width, rowPx });
  return (
    <figure aria-label="Timeline">
      <figcaption className={styles.head}>
        <h2>
          Timeline <span>{startAtMs === null ? 'time from the start' : `local time, ${zoneName()}`}</span>
        </h2>
        <Legend />
        {isZoomed && (
          <Button size="small" onClick={() => setWindow(whole)}>
            Reset zoom
          </Button>
        )}
      </figcaption>
      <div
        ref={box}
        role="img"
        tabIndex={0}
        className={styles.box}
        style={{ height }}
        aria-label={`Timeline of ${plural(sumOf(layout.bars), 'bar')} in ${plural(layout.lanes.length, 'lane')}, ${formatDuration(timeline.endMs)} long. Arrow keys move, Enter opens, plus and minus zoom.`}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setHovered(-1)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const { x } = placeOf(event);
          if (x > gutterPx) setDrag({ from: x, to: x });
        }}
        onPointerUp={onPointerUp}
        onDoubleClick={() => setWindow(whole)}
        data-pointing={hovered !== -1 || undefined}
      >
        <canvas ref={canvas} style={{ width, height }} />
        {layout.lanes.map(({ id, label, top, rows }, lane) => (
          <div
            key={id}
            className={styles.lane}
            style={{ top: laneTopOf(top, lane, rowPx), height: rows * rowPx, lineHeight: `${rowPx + 2}px` }}
            title={label}
            aria-hidden="true"
          >
            {label}
          </div>
        ))}
        {drag !== null && (
          <div
            className={styles.brush}
            style={{ left: Math.min(drag.from, drag.to), width: Math.abs(drag.to - drag.from) }}
          />
        )}
        {shown && shownBox && drag === null && (
          <div
            className={cx(popover.tip, styles.tip)}
            style={{
              left: Math.max(gutterPx, Math.min(shownBox.left, width - 280)),
              top: shownBox.top + shownBox.height + 8,
            }}
          >
            <BarText bar={shown.bar} startAtMs={startAtMs} />
          </div>
        )}
      </div>
      <output className={text.hidden} aria-live="polite">
        {selected !== -1 && shown && <BarText bar={shown.bar} startAtMs={startAtMs} />}
      </output>
    </figure>
  );
}

function sumOf(placed: readonly PlacedBar[]): number {
  return placed.reduce((sum, { bar }) => sum + bar.bars, 0);
}

const kinds = {
  step: 'step',
  cais: 'LM call',
  environment: 'environment',
  runtime: 'runtime',
  other: 'event',
  message: 'message',
} as const;

function BarText({ bar, startAtMs }: { readonly bar: TimelineBar; readonly startAtMs: number | null }) {
  return (
    <>
      <strong>{bar.label}</strong> {kinds[bar.kind]}
      {bar.bars > 1 && ` and ${plural(bar.bars - 1, 'more bar')}`}
      {bar.error && ', error'}
      <div>
        {startAtMs !== null && `${formatTime(new Date(startAtMs + bar.startMs).toISOString())}, `}
        {formatDuration(bar.startMs)} after the start,{' '}
        {bar.durationMs === null ? 'no duration recorded' : `${formatDuration(bar.durationMs)} long`}
      </div>
    </>
  );
}

const legend = [
  ['step', '--n8'],
  ['LM call', '--cat-lm'],
  ['environment', '--cat-environment'],
  ['runtime', '--cat-runtime'],
  ['error', '--error'],
] as const;

function Legend() {
  return (
    <ul className={styles.legend}>
      {legend.map(([name, colour]) => (
        <li key={name}>
          <i style={{ background: `var(${colour})` }} />
          {name}
        </li>
      ))}
    </ul>
  );
}
