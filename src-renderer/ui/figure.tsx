import type { ReactNode } from 'react';
import type { Cost } from '../../src-main/contract';
import { cx } from './cx';
import styles from './figure.module.css';
import {
  type CostText,
  describeCallCost,
  describeCost,
  formatInteger,
  formatTime,
  type Measure,
  measureBytes,
  measureDuration,
  unknown,
} from './format';

export interface FigureProps {
  readonly value: ReactNode;
  readonly unit?: string | undefined;
  readonly mark?: string | undefined;
  /** Shown on hover and to screen readers as a description. */
  readonly explanation?: string | undefined;
  readonly onClick?: (() => void) | undefined;
}

/** A number with its unit drawn small, and where it comes from on hover. */
export function Figure({ value, unit, mark, explanation, onClick }: FigureProps) {
  const inner = (
    <>
      {mark !== undefined && mark !== '' && <span className={styles.mark}>{mark}</span>}
      {value}
      {unit !== undefined && unit !== '' && <span className={styles.unit}>{unit}</span>}
    </>
  );
  const className = cx(styles.figure, value === unknown && styles.unknown);
  // A title and not our tooltip: lists draw hundreds of figures a frame.
  return onClick === undefined ? (
    <span className={className} title={explanation}>
      {inner}
    </span>
  ) : (
    <button type="button" className={cx(className, styles.click)} title={explanation} onClick={onClick}>
      {inner}
    </button>
  );
}

function costFigure(cost: CostText, onClick?: () => void) {
  return <Figure value={cost.text} mark={cost.mark} explanation={cost.explanation} onClick={onClick} />;
}

interface Clickable {
  readonly onClick?: (() => void) | undefined;
}

/** Dollars of a set of calls: `≥` a floor, `≈` with estimates; the parts on hover. */
export function Money({ cost, onClick }: { readonly cost: Cost | null | undefined } & Clickable) {
  return costFigure(describeCost(cost), onClick);
}

/** Dollars of one call. */
export function CallMoney({
  cost,
  onClick,
}: { readonly cost: Parameters<typeof describeCallCost>[0] } & Clickable) {
  return costFigure(describeCallCost(cost), onClick);
}

type Maybe = number | null | undefined;

export function Count({
  value,
  unit,
  onClick,
}: { readonly value: Maybe; readonly unit?: string } & Clickable) {
  return <Figure value={formatInteger(value)} unit={unit} onClick={onClick} />;
}

export interface TokensProps extends Clickable {
  readonly total: Maybe;
  readonly input?: Maybe;
  readonly output?: Maybe;
  readonly unit?: boolean;
}

export function Tokens({ total, input, output, unit = false, onClick }: TokensProps) {
  const explanation =
    input === undefined && output === undefined
      ? undefined
      : `${formatInteger(input)} input\n${formatInteger(output)} output`;
  return (
    <Figure
      value={formatInteger(total)}
      unit={unit ? 'tok' : undefined}
      explanation={explanation}
      onClick={onClick}
    />
  );
}

function measured({ value, unit }: Measure, onClick?: () => void) {
  return <Figure value={value} unit={unit} onClick={onClick} />;
}

export function Duration({ milliseconds, onClick }: { readonly milliseconds: Maybe } & Clickable) {
  return measured(measureDuration(milliseconds), onClick);
}

export function Bytes({ bytes }: { readonly bytes: Maybe }) {
  return measured(measureBytes(bytes));
}

/** Local time; the exact UTC on hover. */
export function Time({ iso }: { readonly iso: string | null | undefined }) {
  const text = formatTime(iso);
  if (text === unknown || iso === null || iso === undefined) {
    return <span className={cx(styles.figure, styles.unknown)}>{unknown}</span>;
  }
  return (
    <time className={styles.figure} dateTime={iso} title={`${iso} (UTC)`}>
      {text}
    </time>
  );
}
