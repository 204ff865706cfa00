import type { InferContractRouterOutputs } from '@orpc/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { type PointerEvent, useState } from 'react';
import type { Scope, sessions } from '../../src-main/contract';
import { data } from '../app/connect';
import { Button, formatInteger, formatTime, plural, zoneName } from '../ui';
import styles from './histogram.module.css';

export interface HistogramProps {
  readonly scope: Scope;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly onBrush: (range: { from: string; to: string } | null) => void;
}

interface Drag {
  readonly start: number;
  readonly now: number;
  readonly over: InferContractRouterOutputs<typeof sessions>['histogram'];
}

const buckets = 120;
const height = 36;

/** Sessions over time, of everything the filter leaves. Dragging chooses a span; the arrows move it by a bucket. */
export function Histogram({ scope, from, to, onBrush }: HistogramProps) {
  // The brush does not narrow its own picture.
  const { from: _from, to: _to, ...whole } = scope;
  const query = useQuery({
    ...data.sessions.histogram.queryOptions({ input: { scope: whole, buckets } }),
    placeholderData: keepPreviousData,
  });
  const [drag, setDrag] = useState<Drag | null>(null);
  // What is dragged over stands still until it is let go.
  const shown = drag?.over ?? query.data;
  const count = shown?.startMs.length ?? 0;
  const startMs = shown?.startMs[0] ?? 0;
  const widthMs = shown?.widthMs ?? 1;
  const most = Math.max(1, ...(shown?.sessions ?? []));
  const spanMs = Math.max(1, count * widthMs);

  const positionOf = (event: PointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
  };
  const finish = (): void => {
    if (drag === null) return;
    setDrag(null);
    const [low, high] = [Math.min(drag.start, drag.now), Math.max(drag.start, drag.now)];
    if (high - low < 0.004) onBrush(null);
    else onBrush(rangeOf(startMs + low * spanMs, startMs + high * spanMs));
  };
  const chosen =
    drag === null
      ? from !== undefined && to !== undefined
        ? { low: (Date.parse(from) - startMs) / spanMs, high: (Date.parse(to) - startMs) / spanMs }
        : null
      : { low: Math.min(drag.start, drag.now), high: Math.max(drag.start, drag.now) };
  const nudge = (by: number): void => {
    const low = from === undefined ? startMs : Date.parse(from) + by * widthMs;
    const high = to === undefined ? startMs + Math.max(widthMs, spanMs / 8) : Date.parse(to) + by * widthMs;
    onBrush(rangeOf(low, high));
  };

  if (count < 2) return null;
  const errors = (shown?.errors ?? []).reduce((sum, n) => sum + n, 0);
  return (
    <section className={styles.histogram} aria-label="Sessions over time">
      <div
        className={styles.plot}
        role="group"
        aria-label={`Sessions over time, at most ${plural(most, 'session')} a bar. Left and right move the chosen span, Escape clears it.`}
        tabIndex={0}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const at = positionOf(event);
          if (query.data !== undefined) setDrag({ start: at, now: at, over: query.data });
        }}
        onPointerMove={(event) => drag !== null && setDrag({ ...drag, now: positionOf(event) })}
        onPointerUp={finish}
        onDoubleClick={() => onBrush(null)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowRight') nudge(1);
          else if (event.key === 'ArrowLeft') nudge(-1);
          else if (event.key === 'Escape' && from !== undefined) onBrush(null);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        <svg viewBox={`0 0 ${count} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {shown?.startMs.map((at, nth) => {
            const all = shown.sessions[nth] ?? 0;
            const bad = shown.errors[nth] ?? 0;
            const tall = all === 0 ? 0 : Math.max(1.5, (all / most) * height);
            const red = bad === 0 ? 0 : Math.max(1.5, (bad / most) * height);
            return (
              <g key={at}>
                <title>{`${formatTime(new Date(at).toISOString())}: ${plural(all, 'session')}`}</title>
                <rect x={nth + 0.1} width={0.8} y={height - tall} height={tall} className={styles.bar} />
                <rect x={nth + 0.1} width={0.8} y={height - red} height={red} className={styles.errorBar} />
              </g>
            );
          })}
        </svg>
        {chosen !== null && (
          <div
            className={styles.brush}
            style={{
              left: `${clamp(chosen.low) * 100}%`,
              width: `${(clamp(chosen.high) - clamp(chosen.low)) * 100}%`,
            }}
          />
        )}
      </div>
      <p className={styles.axis}>
        <span>{formatTime(new Date(startMs).toISOString())}</span>
        <span className={styles.middle}>
          {from !== undefined && to !== undefined ? (
            <>
              {formatTime(from)} to {formatTime(to)}
              <Button size="small" variant="quiet" className={styles.clear} onClick={() => onBrush(null)}>
                <X size={12} aria-hidden /> Whole time
              </Button>
            </>
          ) : (
            <>
              Sessions over time, {zoneName()}
              {errors > 0 && `; with errors: ${formatInteger(errors)}`}
              {(shown?.undated ?? 0) > 0 && `; without a time: ${formatInteger(shown?.undated)}`}
            </>
          )}
        </span>
        <span>{formatTime(new Date(startMs + spanMs).toISOString())}</span>
      </p>
    </section>
  );
}

function clamp(part: number): number {
  return Math.max(0, Math.min(1, part));
}

function rangeOf(lowMs: number, highMs: number): { from: string; to: string } {
  return { from: new Date(lowMs).toISOString(), to: new Date(highMs).toISOString() };
}
