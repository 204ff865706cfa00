import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx';
import styles from './form.module.css';
import text from './text.module.css';

/** What a dialog asks or tells, part below part; scrolls where the window is low. */
export function DialogBody({ children }: { readonly children: ReactNode }) {
  return <div className={styles.body}>{children}</div>;
}

export interface ChoicesProps {
  readonly legend: string;
  /** Two beside each other. */
  readonly inPairs?: boolean;
  readonly children: ReactNode;
}

export function Choices({ legend, inPairs = false, children }: ChoicesProps) {
  return (
    <fieldset className={styles.set}>
      <legend className={text.caps}>{legend}</legend>
      {inPairs ? <div className={styles.pairs}>{children}</div> : children}
    </fieldset>
  );
}

export interface ChoiceProps extends Omit<ComponentProps<'input'>, 'title' | 'type'> {
  readonly type: 'radio' | 'checkbox';
  readonly title: string;
  readonly note?: ReactNode;
  readonly noteAt?: 'beside' | 'end' | 'below';
}

/** A radio button or a box to tick, with what it means. */
export function Choice({ type, title, note, noteAt = 'beside', ...rest }: ChoiceProps) {
  return (
    <label className={cx(styles.choice, note !== undefined && styles[noteAt])}>
      <input type={type} {...rest} />
      <span>{title}</span>
      {note !== undefined && <span className={styles.note}>{note}</span>}
    </label>
  );
}

export interface MeterProps {
  readonly label: string;
  /** Null: nobody knows how much there is to do. */
  readonly fraction: number | null;
  readonly className?: string | undefined;
}

/** How far a job is. */
export function Meter({ label, fraction, className }: MeterProps) {
  const now = fraction === null ? {} : { 'aria-valuenow': Math.round(fraction * 100) };
  return (
    <span className={cx(styles.meter, className)} role="progressbar" aria-label={label} {...now}>
      <span style={{ width: `${(fraction ?? 0) * 100}%` }} />
    </span>
  );
}
