import styles from './chart.module.css';
import type { ChartSeries } from './chart-data';

interface Props {
  readonly colour: string;
  readonly dash: boolean;
  readonly mark: ChartSeries['mark'];
  readonly faint?: boolean;
}

/** A sample of how a series is drawn. */
export function Swatch({ colour, dash, mark, faint = false }: Props) {
  const paint = `var(${colour})`;
  return (
    <svg className={styles.swatch} viewBox="0 0 14 10" aria-hidden="true">
      {mark === 'bar' || mark === 'area' ? (
        <rect x="2" y="0" width="10" height="10" rx="2" fill={paint} opacity={faint ? 0.3 : 1} />
      ) : mark === 'dots' ? (
        <circle cx="7" cy="5" r="3" fill={paint} />
      ) : (
        <line
          x1="0"
          x2="14"
          y1="5"
          y2="5"
          stroke={paint}
          strokeWidth="2"
          {...(dash && { strokeDasharray: '4 2' })}
        />
      )}
    </svg>
  );
}
