import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ModelTable } from '../session';
import { ErrorState, plural } from '../ui';
import { Chart } from '../ui/chart';
import styles from './analytics.module.css';
import { type Latency, latencyChart, notReadYet } from './analytics-charts';
import type { ModelColours } from './model-colours';

interface Props {
  readonly query: UseQueryResult<Latency, unknown>;
  readonly colourOf: ModelColours | null;
  readonly gutter: number;
  /** What is not there yet may come. */
  readonly isReading: boolean;
  readonly onOpenBucket: (startMs: number, bucketMs: number) => void;
}

/** How long LM calls take, over time and by model. */
export function LatencyPart({ query, colourOf, gutter, isReading, onOpenBucket }: Props) {
  const { data: latency } = query;
  const chart = useMemo(() => (latency === undefined ? null : latencyChart(latency)), [latency]);
  if (query.isError) return <ErrorState error={query.error} inline onRetry={() => void query.refetch()} />;
  return (
    <>
      <Chart
        title="Latency of LM calls over time"
        data={chart}
        empty={isReading ? notReadYet : 'No LM call in this scope says its latency.'}
        facts={[{ name: 'n', value: plural(latency?.provenance.n ?? 0, 'call') }]}
        provenance={latency?.provenance}
        gutter={gutter}
        onPick={(index) => {
          const start = latency?.startMs[index];
          if (latency && start !== undefined) onOpenBucket(start, latency.bucketMs);
        }}
      />
      <div className={styles.wide}>
        <h2 className={styles.section}>By model</h2>
        {latency && (
          <ModelTable
            {...(colourOf && { colourOf })}
            rows={latency.models.map((model) => ({
              ...model,
              latencies: [
                ['p50', model.p50Ms],
                ['p95', model.p95Ms],
                ['p99', model.p99Ms],
              ],
            }))}
          />
        )}
      </div>
    </>
  );
}
