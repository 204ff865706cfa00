import type { StoreStatus } from '../../src-main/contract';
import { formatClock } from '../ui';
import styles from './store-screen.module.css';

/** The last lines of the store's log, newest first. */
export function StoreLog({ log }: { readonly log: StoreStatus['log'] }) {
  return (
    <section className={styles.card} aria-labelledby="log-heading">
      <h2 id="log-heading">Log</h2>
      {log.length === 0 ? (
        <p className={styles.under}>No lines yet.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must by keyboard too
        <ol className={styles.log} tabIndex={0} aria-label="Log lines, newest first">
          {log.toReversed().map(({ at, line }, nth) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: log lines have no identity, and may repeat
            <li key={nth}>
              <time dateTime={at}>{formatClock(new Date(at))}</time>
              <span>{line}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
