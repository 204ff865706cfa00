import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ErrorState, plural } from '../ui';
import { Chart } from '../ui/chart';
import { type Latency, latencyChart, notReadYet } from './analytics-charts';

interface Props {
  readonly query: UseQueryResult<Latency, unknown>;
  readonly gutter: number;
  /** What is not there yet may come. */
  readonly isReading: boolean;
  readonly onOpenBucket: (startMs: number, bucketMs: number) => void;
}

/** How long LM calls take, over time. */
export function LatencyPart({ query, gutter, isReading, onOpenBucket }: Props) {
  const { data: latency } = query;
  const chart = useMemo(() => (latency === undefined ? null : latencyChart(latency)), [latency]);
  if (query.isError) return <ErrorState error={query.error} inline onRetry={() => void query.refetch()} />;
  return (
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
  );
}
