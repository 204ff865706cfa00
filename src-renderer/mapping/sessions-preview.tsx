import type { UseQueryResult } from '@tanstack/react-query';
import type { MappingPreview } from '../../src-main/contract';
import { ErrorState, formatInteger, formatUsd, Skeleton, Time, unknown } from '../ui';
import styles from './mapping-screen.module.css';

export interface SessionsPreviewProps {
  readonly query: UseQueryResult<MappingPreview>;
  readonly hasEntries: boolean;
}

/** The sessions that the list would begin with. */
export function SessionsPreview({ query, hasEntries }: SessionsPreviewProps) {
  const { data, isError, error, refetch } = query;
  return (
    <div className={styles.part}>
      <div className={styles.partHead}>
        <h2>Sessions</h2>
        {data !== undefined && <span className={styles.quiet}>{summaryOf(data)}</span>}
      </div>
      {isError && <ErrorState error={error} onRetry={() => void refetch()} inline />}
      {data === undefined && !isError && <Skeleton lines={4} />}
      {data?.problems
        .filter(({ entry }) => entry === null)
        .map(({ message }) => (
          <p key={message} className={styles.error} role="status">
            {message}
          </p>
        ))}
      {data !== undefined && data.sessions.length > 0 && (
        <Scroll label="Sessions of the first rows">
          <table className={styles.grid} aria-busy={query.isFetching}>
            <thead>
              <tr>
                <th>Session</th>
                <th>Model</th>
                {data.counts.steps > 0 && <th className={styles.end}>Steps</th>}
                <th className={styles.end}>Events</th>
                <th className={styles.end}>Messages</th>
                <th className={styles.end}>Tokens</th>
                <th className={styles.end}>Cost</th>
                <th className={styles.end}>Created</th>
              </tr>
            </thead>
            <tbody>
              {data.sessions.map((row) => (
                <tr key={row.sessionId}>
                  <td title={row.sessionId}>{row.title ?? row.sessionId}</td>
                  <td className={styles.model} title={row.models.join('\n')}>
                    {row.models.join(', ') || unknown}
                  </td>
                  {data.counts.steps > 0 && <td className={styles.end}>{formatInteger(row.steps)}</td>}
                  <td className={styles.end}>{formatInteger(row.events)}</td>
                  <td className={styles.end}>{formatInteger(row.messages)}</td>
                  <td className={styles.end}>{formatInteger(row.totalTokens)}</td>
                  <td className={styles.end}>{formatUsd(row.costUsd)}</td>
                  <td className={styles.end}>
                    <Time iso={row.createdAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {data?.sessions.length === 0 && hasEntries && (
        <p className={styles.unread}>No session comes of it so.</p>
      )}
    </div>
  );
}

function summaryOf({ counts, isWhole }: MappingPreview): string {
  const parts = (['sessions', 'steps', 'events', 'messages', 'spans'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `${formatInteger(counts[name])} ${counts[name] === 1 ? name.slice(0, -1) : name}`);
  const of = isWhole ? 'in the whole file' : 'in the first rows';
  return parts.length === 0 ? '' : `${parts.join(', ')} ${of}`;
}

/** A place that scrolls and can be scrolled by keys. */
export function Scroll({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <section className={styles.scroll} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
