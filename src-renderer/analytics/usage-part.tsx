import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { basisText } from '../session';
import { describeCost, ErrorState, formatInteger, plural } from '../ui';
import { Chart } from '../ui/chart';
import { type Usage, usageCharts } from './analytics-charts';

interface Props {
  readonly query: UseQueryResult<Usage, unknown>;
  readonly onOpenBucket: (startMs: number, bucketMs: number) => void;
}

/** Tokens, dollars and calls over time by model. */
export function UsagePart({ query, onOpenBucket }: Props) {
  const { data: usage } = query;
  const charts = useMemo(() => (usage === undefined ? null : usageCharts(usage)), [usage]);
  if (query.isError) return <ErrorState error={query.error} inline onRetry={() => void query.refetch()} />;
  const calls = usage ? usage.provenance.n : 0;
  const facts = [
    { name: 'n', value: plural(calls, 'call') },
    ...(usage && usage.undated > 0
      ? [{ name: 'undated', value: `${formatInteger(usage.undated)} calls not shown` }]
      : []),
  ];
  const cost = describeCost(usage?.cost);
  const shared = {
    provenance: usage?.provenance,
    onPick: (index: number) => {
      const start = usage?.startMs[index];
      if (usage && start !== undefined) onOpenBucket(start, usage.bucketMs);
    },
  };
  const none = 'No LM calls with a time in this scope.';
  return (
    <>
      <Chart
        title="Tokens over time by model"
        data={charts?.tokens ?? null}
        empty={none}
        facts={facts}
        {...shared}
      />
      <Chart
        title="Cost over time by model"
        data={charts?.cost ?? null}
        empty={calls === 0 ? none : 'No call in this scope has a known cost.'}
        facts={[
          ...facts,
          { name: 'sum', value: `${cost.mark}${cost.text}` },
          { name: 'basis', value: usage ? basisText([usage.cost]) : '' },
        ]}
        {...shared}
      />
      <Chart
        title="LM calls over time by model"
        data={charts?.calls ?? null}
        empty={none}
        facts={facts}
        {...shared}
      />
    </>
  );
}
