import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { SessionRef } from '../../src-main/contract';
import { ErrorState, formatInteger, plural, Segments } from '../ui';
import { Chart } from '../ui/chart';
import styles from './analytics.module.css';
import { notReadYet, type Rolling, rollingChart } from './analytics-charts';
import type { Measure } from './queries';

interface Props {
  readonly query: UseQueryResult<Rolling, unknown>;
  readonly measure: Measure;
  readonly gutter: number;
  /** What is not there yet may come. */
  readonly isReading: boolean;
  readonly onMeasure: (measure: Measure) => void;
  readonly onOpen: (ref: SessionRef) => void;
}

const measures: readonly Measure[] = ['reward', 'convergence'];

/** Whether sessions get better: rolling means over sessions, the spread around them. */
export function RollingPart({ query, measure, gutter, isReading, onMeasure, onOpen }: Props) {
  const { data: rolling } = query;
  const chart = useMemo(
    () => (rolling === undefined ? null : rollingChart(rolling, measure)),
    [rolling, measure],
  );
  if (query.isError) return <ErrorState error={query.error} inline onRetry={() => void query.refetch()} />;
  return (
    <div className={styles.wide}>
      <Chart
        title={
          measure === 'reward' ? 'Reward by session over time' : 'Last convergence score by session over time'
        }
        height={260}
        gutter={gutter}
        data={chart}
        empty={
          isReading
            ? notReadYet
            : measure === 'reward'
              ? 'No session in this scope has a reward and a time.'
              : 'No session in this scope is a conversation with a convergence score.'
        }
        facts={[
          { name: 'n', value: plural(rolling?.sessions ?? 0, 'session') },
          { name: 'window', value: '5 and 10 sessions' },
          ...(measure === 'convergence' ? [{ name: 'profile', value: 'structural' }] : []),
          ...(rolling && rolling.without > 0
            ? [{ name: 'without', value: `${formatInteger(rolling.without)} sessions lack it` }]
            : []),
        ]}
        provenance={rolling?.provenance}
        onPick={(index) => {
          const ref = rolling?.session[index];
          if (ref) onOpen(ref);
        }}
        controls={<Segments legend="Measure" names={measures} chosen={measure} onChoose={onMeasure} />}
      />
    </div>
  );
}
