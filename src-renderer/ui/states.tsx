import { Check, CircleAlert, Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './controls';
import { useCopy } from './copy';
import { cx } from './cx';
import { type ShownFailure, shownFailure } from './failure';
import styles from './states.module.css';

export interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly icon?: ReactNode;
  /** What fills it. */
  readonly action?: ReactNode;
}

/** What a place will show, and what fills it. */
export function EmptyState({ title, children, icon, action }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {icon !== undefined && <div className={styles.icon}>{icon}</div>}
      <h2 className={styles.title}>{title}</h2>
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {action !== undefined && <div className={styles.actions}>{action}</div>}
    </div>
  );
}

export interface ErrorStateProps {
  readonly error?: unknown;
  /** Instead of `error`, a failure that came as data. */
  readonly failure?: ShownFailure;
  readonly onRetry?: (() => void) | undefined;
  /** One line inside a list or panel instead of a page. */
  readonly inline?: boolean;
  readonly children?: ReactNode;
}

/** Every failure of the application looks like this: code, sentence, what to do, details to copy. */
export function ErrorState({ error, failure, onRetry, inline = false, children }: ErrorStateProps) {
  const shown = failure ?? shownFailure(error);
  const { copied, copy } = useCopy();
  return (
    <div className={cx(styles.error, inline && styles.inline)} role="alert" data-error-code={shown.code}>
      <CircleAlert className={styles.errorIcon} size={inline ? 16 : 20} aria-hidden />
      <div className={styles.errorBody}>
        <p className={styles.message}>{shown.message}</p>
        {shown.extent !== null && (
          <p className={styles.todo}>
            Can be read: {shown.extent.readable}. Lost: {shown.extent.lost}.
          </p>
        )}
        {shown.action !== null && <p className={styles.todo}>{shown.action}</p>}
        <div className={styles.errorFoot}>
          <code className={styles.code}>{shown.code}</code>
          {onRetry !== undefined && shown.code !== 'QUERY_INVALID' && (
            <Button size="small" onClick={onRetry}>
              Try again
            </Button>
          )}
          <Button size="small" variant="quiet" onClick={() => copy(shown.details)}>
            {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
            {copied ? 'Copied' : 'Copy details'}
          </Button>
          {children}
        </div>
      </div>
    </div>
  );
}

const widths = ['92%', '71%', '84%', '58%', '88%', '64%', '79%', '52%', '90%', '67%'];

/** Bars where text will stand. Appears after 150 ms, so that a fast answer never flickers. */
export function Skeleton({ lines = 3, height = 20 }: { readonly lines?: number; readonly height?: number }) {
  return (
    <div className={styles.skeleton} role="status" aria-label="Loading">
      {widths.slice(0, lines).map((width) => (
        <div key={width} className={styles.bar} style={{ height: height - 8, width }} />
      ))}
    </div>
  );
}

/** What is missing and how much, above what is there already. */
export function PartialNote({ children }: { readonly children: ReactNode }) {
  return (
    <p className={styles.partial} role="status">
      {children}
    </p>
  );
}
