import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Async, plural, Skeleton } from '../../ui';
import { Chart, ChartGroup } from '../../ui/chart';
import { basisText } from '../basis';
import { ModelTable } from '../model-table';
import { sessionCosts } from '../queries';
import { type SessionView, useSessionRef } from '../session-context';
import styles from '../tab-frame.module.css';
import { zoomOf } from '../zoom';
import { costCharts, type SessionCosts, withoutValues } from './cost-charts';

/** Tokens and dollars by step, and by model. */
export function Costs(view: SessionView) {
  const ref = useSessionRef();
  const costs = useQuery(sessionCosts(ref));
  return (
    <div className={styles.tab}>
      <Async query={costs} skeleton={<Skeleton lines={8} height={56} />}>
        {(data) => <CostCharts costs={data} {...view} />}
      </Async>
    </div>
  );
}

function CostCharts({ costs, search, change }: SessionView & { readonly costs: SessionCosts }) {
  const charts = useMemo(() => costCharts(costs), [costs]);
  const total = costs.models.map(({ cost }) => cost);
  const facts = [
    { name: 'n', value: plural(costs.provenance.n, 'call') },
    { name: 'basis', value: basisText(total) },
  ];
  const isBelowCents =
    costs.costUsd.every((usd) => usd === null || usd === 0) &&
    total.some(({ calls }) => calls.roundedZero > 0);
  const noCost = isBelowCents
    ? 'Whole cents were recorded, and each call cost less than one.'
    : 'No LM call of this session has a known cost.';
  const open = (index: number) => {
    const step = costs.stepKey[index];
    if (step !== null && step !== undefined) change({ tab: 'transcript', step, event: undefined });
  };
  const shared = { provenance: costs.provenance, onPick: open, gutter: 60 };
  return (
    <ChartGroup zoom={zoomOf({ search, change })}>
      <div className={styles.charts}>
        <Chart
          title="Tokens by step"
          data={charts.tokens}
          empty="No LM call of this session says its tokens."
          facts={facts.slice(0, 1)}
          {...shared}
        />
        <Chart
          title="Cost by step"
          data={isBelowCents ? withoutValues(charts.dollars) : charts.dollars}
          empty={noCost}
          facts={facts}
          {...shared}
        />
        <Chart
          title="Cumulative cost"
          data={isBelowCents ? withoutValues(charts.cumulative) : charts.cumulative}
          empty={noCost}
          facts={facts}
          {...shared}
        />
        <Chart
          title="Latency by step"
          data={charts.latency}
          empty="No LM call of this session says its latency."
          facts={[...facts.slice(0, 1), { name: 'measure', value: 'sum of the calls of a step' }]}
          {...shared}
        />
      </div>
      <h2 className={styles.section}>By model</h2>
      <ModelTable
        rows={costs.models.map((model) => ({
          ...model,
          latencies: [
            ['p50', model.latencyP50Ms],
            ['p95', model.latencyP95Ms],
          ],
        }))}
      />
    </ChartGroup>
  );
}
