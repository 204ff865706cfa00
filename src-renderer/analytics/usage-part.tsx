import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { basisText } from '../session';
import { describeCost, ErrorState, plural } from '../ui';
import { Chart } from '../ui/chart';
import { notReadYet, type Usage, usageCharts } from './analytics-charts';
import type { ModelColours } from './model-colours';

interface Props {
  readonly query: UseQueryResult<Usage, unknown>;
  /** Null until all models are known. */
  readonly colourOf: ModelColours | null;
  /** Room for names right of the plots. */
  readonly gutter: number;
  /** What is not there yet may come. */
  readonly isReading: boolean;
  readonly onOpenBucket: (startMs: number, bucketMs: number) => void;
}

/** Tokens, dollars and calls over time by model. */
export function UsagePart({ query, colourOf, gutter, isReading, onOpenBucket }: Props) {
  const { data: usage } = query;
  const charts = useMemo(
    () => (usage === undefined || colourOf === null ? null : usageCharts(usage, colourOf)),
    [usage, colourOf],
  );
  if (query.isError) return <ErrorState error={query.error} inline onRetry={() => void query.refetch()} />;
  const calls = usage ? usage.provenance.n : 0;
  const facts = [
    { name: 'n', value: plural(calls, 'call') },
    ...(usage && usage.undated > 0
      ? [{ name: 'undated', value: `${plural(usage.undated, 'call')} not shown` }]
      : []),
  ];
  const cost = describeCost(usage?.cost);
  const shared = {
    gutter,
    provenance: usage?.provenance,
    onPick: (index: number) => {
      const start = usage?.startMs[index];
      if (usage && start !== undefined) onOpenBucket(start, usage.bucketMs);
    },
  };
  const none = isReading ? notReadYet : 'No LM calls with a time in this scope.';
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
