import { type KeyboardEvent, type ReactNode, useId, useMemo } from 'react';
import type { Provenance } from '../../../src-main/contract';
import { cx } from '../cx';
import { useWindowHeight } from '../window-size';
import styles from './chart.module.css';
import { type ChartData, hasValues, nearestRow, thinChart } from './chart-data';
import { ChartTable } from './chart-table';
import { useChartGroup } from './crosshair';
import { KeyboardReadout } from './keyboard-readout';
import { PlotView } from './plot-view';
import { ShowQuery } from './show-query';
import { summariseChart } from './summary';
import { Swatch } from './swatch';

export interface ChartFact {
  /** `n`, `window`, `profile`, `basis`. */
  readonly name: string;
  readonly value: string;
}

interface Props {
  readonly title: string;
  /** Null while it is loaded; an empty one shows the frame and why. */
  readonly data: ChartData | null;
  /** One sentence: why there is nothing. */
  readonly empty: string;
  readonly facts: readonly ChartFact[];
  readonly provenance?: Provenance | null | undefined;
  /** A click, or Enter, on a row of the columns. */
  readonly onPick?: (index: number) => void;
  /** px in a usual window; a tall one gives more. */
  readonly height?: number;
  readonly controls?: ReactNode;
  /** Room right of the plot, so that charts under each other align. */
  readonly gutter?: number;
}

const mostPlaces = 1_000;
const directLabels = 6;

/** A chart in its frame: what is plotted in which unit, the plot, and how it was made. */
export function Chart({
  title,
  data,
  empty,
  facts,
  provenance,
  onPick,
  height: usualHeight = 200,
  controls,
  gutter: askedGutter,
}: Props) {
  const id = useId();
  const height = heightIn(useWindowHeight(), usualHeight);
  const group = useChartGroup();
  const thinned = useMemo(() => (data === null ? null : thinChart(data, mostPlaces)), [data]);
  const isEmpty = data !== null && !hasValues(data);
  const named = data?.series.filter(({ unnamed }) => !unnamed) ?? [];
  const hasLegend = named.length > directLabels;
  const gutter = askedGutter ?? gutterOf(data, hasLegend);
  const pick = onPick && thinned && ((place: number) => onPick(thinned.indexes[place] ?? place));

  const onKeyDown = (event: KeyboardEvent) => {
    if (thinned === null || isEmpty) return;
    const { values } = thinned.data.x;
    const here = group.crosshair.get();
    const row = here === null ? -1 : nearestRow(values, here.x);
    const next = {
      ArrowLeft: here === null ? values.length - 1 : row - 1,
      ArrowRight: row + 1,
      Home: 0,
      End: values.length - 1,
    }[event.key];
    if (event.key === 'Escape' && here !== null) group.crosshair.set(null);
    else if (event.key === 'Escape' && group.range !== null) group.setRange(null);
    else if (event.key === 'Enter' && row >= 0 && pick) pick(row);
    else if (next !== undefined) {
      const x = values[Math.max(0, Math.min(values.length - 1, next))];
      if (x !== undefined) group.crosshair.set({ x, by: 'keyboard', chart: id });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <figure className={styles.chart} aria-labelledby={`${id}-title`}>
      <figcaption className={styles.head}>
        <h2 className={styles.title} id={`${id}-title`}>
          {title}
          <span className={styles.unit}>{data?.unit.name}</span>
        </h2>
        {group.range !== null && (
          <button type="button" className={styles.action} onClick={() => group.setRange(null)}>
            Reset zoom
          </button>
        )}
        {controls}
      </figcaption>
      {hasLegend && !isEmpty && (
        <ul className={styles.legend}>
          {named.map(({ label, colour, dash, mark }) => (
            <li key={label}>
              <Swatch colour={colour} dash={dash !== undefined} mark={mark} />
              {label}
            </li>
          ))}
        </ul>
      )}
      {thinned === null || isEmpty ? (
        <div className={cx(styles.picture, styles.nothing)} style={{ height }} data-loading={data === null}>
          {isEmpty && <p>{empty}</p>}
        </div>
      ) : (
        <div
          role="img"
          tabIndex={0}
          className={cx(styles.picture, styles.focus)}
          aria-label={summariseChart(title, thinned.data, empty)}
          aria-keyshortcuts="ArrowLeft ArrowRight Enter"
          onKeyDown={onKeyDown}
          onBlur={() => group.crosshair.get()?.by === 'keyboard' && group.crosshair.set(null)}
        >
          <PlotView
            id={id}
            data={thinned.data}
            height={height}
            gutter={gutter}
            namesEnds={!hasLegend}
            onPick={pick ?? undefined}
          />
          <div className={styles.axisLabel}>{data?.x.label}</div>
        </div>
      )}
      {thinned !== null && !isEmpty && (
        <>
          <ChartTable title={title} data={thinned.data} range={group.range} />
          <KeyboardReadout id={id} data={thinned.data} />
        </>
      )}
      <div className={styles.foot}>
        <div className={styles.facts}>
          {facts.map(({ name, value }) => (
            <span key={name}>
              <span className={styles.factName}>{name}</span> {value}
            </span>
          ))}
        </div>
        {provenance && <ShowQuery provenance={provenance} of={title} />}
      </div>
    </figure>
  );
}

/** Up to two fifths more in a tall window, in steps: each other height is another canvas. */
function heightIn(windowHeight: number, usual: number): number {
  const factor = Math.min(1.4, windowHeight / 900);
  return Math.max(usual, Math.round((usual * factor) / 20) * 20);
}

/** Room for the names at the lines' ends. */
function gutterOf(data: ChartData | null, hasLegend: boolean): number {
  if (data === null || hasLegend) return 16;
  return gutterFor(data.series.filter(({ unnamed }) => !unnamed).map(({ label }) => label));
}

/** Room that these names need; longer ones end in an ellipsis. */
export function gutterFor(labels: readonly string[]): number {
  const longest = Math.max(0, ...labels.map((label) => label.length));
  return longest === 0 ? 16 : Math.min(128, longest * 6.4 + 18);
}
