import { useLayoutEffect, useRef } from 'react';
import type { StoreStatus } from '../../src-main/contract';
import { formatClock } from '../ui';
import { logText } from './log-text';
import styles from './store-screen.module.css';
import { StoreSection } from './store-section';

/** The last lines of the store's log, newest last. It follows them while its end is seen. */
export function StoreLog({ log }: { readonly log: StoreStatus['log'] }) {
  const list = useRef<HTMLOListElement>(null);
  const follows = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each change of the lines
  useLayoutEffect(() => {
    const element = list.current;
    if (element !== null && follows.current) element.scrollTop = element.scrollHeight;
  }, [log]);
  return (
    <StoreSection title="Log">
      {log.length === 0 ? (
        <p className={styles.under}>No lines yet.</p>
      ) : (
        <ol
          ref={list}
          className={styles.log}
          tabIndex={0}
          aria-label="Log lines, newest last"
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            follows.current = scrollHeight - clientHeight - scrollTop < 24;
          }}
        >
          {log.map(({ at, line }, nth) => {
            const { level, text } = logText(line);
            return (
              <li key={nth} title={line} data-level={level ?? undefined}>
                <time dateTime={at}>{formatClock(new Date(at))}</time>
                <span>{level === null ? text : `${level}: ${text}`}</span>
              </li>
            );
          })}
        </ol>
      )}
    </StoreSection>
  );
}
