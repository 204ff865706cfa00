import { type RefObject, useSyncExternalStore } from 'react';
import { cx } from '../cx';
import popover from '../popover.module.css';
import styles from './chart.module.css';
import { type ChartData, nearestRow } from './chart-data';
import { useChartGroup } from './crosshair';
import type { Plot } from './plot';
import { Swatch } from './swatch';

interface Props {
  readonly data: ChartData;
  readonly plot: RefObject<Plot | null>;
}

/** The exact values at the crosshair, beside it. */
export function Readout({ data, plot }: Props) {
  const { crosshair } = useChartGroup();
  const place = useSyncExternalStore(crosshair.subscribe, crosshair.get);
  if (place === null || data.x.values.length === 0) return null;
  const row = nearestRow(data.x.values, place.x);
  const at = data.x.values[row] ?? place.x;
  const left = plot.current?.leftOf(at) ?? 0;
  const series = data.stacked ? data.series.toReversed() : data.series;
  return (
    <div className={cx(popover.tip, styles.readout)} ref={(element) => keepInside(element, left)}>
      <div className={styles.readoutTitle}>{data.x.describe(row)}</div>
      {series.map(({ label, values, colour, dash, mark }) => (
        <div className={styles.readoutRow} key={label}>
          <Swatch colour={colour} dash={dash !== undefined} mark={mark} />
          <span className={styles.readoutLabel}>{label}</span>
          <span className={styles.readoutValue}>{data.unit.exact(values[row] ?? null)}</span>
        </div>
      ))}
      {data.bands?.map(({ label, low, high, colour }) => (
        <div className={styles.readoutRow} key={label}>
          <Swatch colour={colour} dash={false} mark="area" faint />
          <span className={styles.readoutLabel}>{label}</span>
          <span className={styles.readoutValue}>
            {data.unit.exact(low[row] ?? null)} … {data.unit.exact(high[row] ?? null)}
          </span>
        </div>
      ))}
    </div>
  );
}

/** Right of the crosshair, or left of it where there is no room. */
function keepInside(element: HTMLElement | null, left: number): void {
  const parent = element?.offsetParent;
  if (!element || !parent) return;
  const fits = left + 12 + element.offsetWidth <= parent.clientWidth;
  element.style.left = `${fits ? left + 12 : Math.max(0, left - 12 - element.offsetWidth)}px`;
}
