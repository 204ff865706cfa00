import { useSyncExternalStore } from 'react';
import text from '../text.module.css';
import { type ChartData, nearestRow } from './chart-data';
import { useChartGroup } from './crosshair';

interface Props {
  readonly id: string;
  readonly data: ChartData;
}

/** Says the values at a crosshair that the keyboard moves. */
export function KeyboardReadout({ id, data }: Props) {
  const { crosshair } = useChartGroup();
  const place = useSyncExternalStore(crosshair.subscribe, crosshair.get);
  const isHere = place?.by === 'keyboard' && place.chart === id;
  const row = place === null ? 0 : nearestRow(data.x.values, place.x);
  return (
    <output className={text.hidden} aria-live="polite">
      {isHere &&
        `${data.x.describe(row)}: ${data.series
          .map(({ label, values }) => `${label} ${data.unit.exact(values[row] ?? null)}`)
          .join(', ')}`}
    </output>
  );
}
