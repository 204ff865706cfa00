import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import 'uplot/dist/uPlot.min.css';
import styles from './chart.module.css';
import type { ChartData } from './chart-data';
import { useChartGroup } from './crosshair';
import { createPlot, type Plot, type PlotEvents } from './plot';
import { Readout } from './readout';

interface Props {
  readonly id: string;
  readonly data: ChartData;
  readonly height: number;
  readonly gutter: number;
  /** The lines are named at their ends; else a legend names them. */
  readonly namesEnds: boolean;
  readonly onPick: ((index: number) => void) | undefined;
}

/** The canvas and the readout over it. */
export function PlotView({ id, data: newest, height, gutter, namesEnds, onPick }: Props) {
  const { data, hold } = useUnpressed(newest);
  const { crosshair, range, setRange } = useChartGroup();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const events = useRef<PlotEvents>(null);
  // The canvas outlives renders: it reaches the present handlers through this.
  useLayoutEffect(() => {
    events.current = {
      point: (x) => crosshair.set(x === null ? null : { x, by: 'pointer', chart: id }),
      zoom: setRange,
      pick: (index) => onPick?.(index),
    };
  });
  // A canvas lives outside React: made with its data, ended with it.
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = createPlot({
      host: element,
      data,
      range,
      height,
      gutter,
      namesEnds,
      events: {
        point: (x) => events.current?.point(x),
        zoom: (next) => events.current?.zoom(next),
        pick: (index) => events.current?.pick(index),
      },
    });
    plot.current = made;
    // Other values under the crosshair: it stays where it is.
    made.pointAt(crosshair.get()?.x ?? null);
    const observer = new ResizeObserver(() => made.resize(element.clientWidth));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current = null;
      made[Symbol.dispose]();
    };
  }, [data, range, height, gutter, namesEnds, crosshair]);
  // The crosshair moves without rendering the chart.
  useEffect(() => {
    const follow = () => plot.current?.pointAt(crosshair.get()?.x ?? null);
    return crosshair.subscribe(follow);
  }, [crosshair]);
  return (
    <div className={styles.plot} style={{ height }} aria-hidden="true" onPointerDown={hold}>
      <div ref={host} className={onPick ? styles.pickable : undefined} />
      <Readout data={data} plot={plot} />
    </div>
  );
}

/** While a button is down the picture stands still: a span that is being dragged would be lost with its canvas. */
function useUnpressed(newest: ChartData): { readonly data: ChartData; readonly hold: () => void } {
  const [held, setHeld] = useState<ChartData | null>(null);
  const hold = (): void => {
    setHeld(newest);
    window.addEventListener('pointerup', () => setHeld(null), { once: true });
    window.addEventListener('pointercancel', () => setHeld(null), { once: true });
  };
  return { data: held ?? newest, hold };
}
