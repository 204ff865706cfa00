import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { convergenceProfile } from '../../../src-main/contract';
import { Async, Badge, Skeleton } from '../../ui';
import { Chart, ChartGroup } from '../../ui/chart';
import { sessionConvergence } from '../queries';
import { type SessionView, useSessionRef } from '../session-context';
import styles from '../tab-frame.module.css';
import { zoomOf } from '../zoom';
import { bandOf, rewardChart, type SessionConvergence, scoreChart } from './convergence-charts';

/** Whether the session converged: its reward by step, and the score of a conversation between two sides. */
export function Convergence(view: SessionView) {
  const ref = useSessionRef();
  const convergence = useQuery(sessionConvergence(ref, view.search.profile));
  return (
    <div className={styles.tab}>
      <Async query={convergence} skeleton={<Skeleton lines={8} height={56} />}>
        {(data) => <ConvergenceCharts convergence={data} {...view} />}
      </Async>
    </div>
  );
}

interface Props extends SessionView {
  readonly convergence: SessionConvergence;
}

function ConvergenceCharts({ convergence, search, change }: Props) {
  const { reward, score, profile, provenance } = convergence;
  const rewards = useMemo(() => rewardChart(convergence), [convergence]);
  const scores = useMemo(() => scoreChart(convergence), [convergence]);
  const open = (keys: readonly (string | null)[]) => (index: number) => {
    const step = keys[index];
    if (step !== null && step !== undefined) change({ tab: 'transcript', step, event: undefined });
  };
  if (reward === null && score === null) {
    return (
      <p className={styles.note}>
        No convergence to show: no step of this session has a reward, and its messages do not alternate
        between two sides.
      </p>
    );
  }
  const last = score?.value.findLast((value) => value !== null);
  const count = (values: readonly (number | null)[]) => values.filter((value) => value !== null).length;
  return (
    <ChartGroup zoom={zoomOf({ search, change })}>
      {score !== null && (
        <>
          <div className={styles.toolbar}>
            <label>
              Profile{' '}
              <select
                className={styles.select}
                value={profile}
                onChange={(event) => change({ profile: convergenceProfile.parse(event.target.value) })}
              >
                {convergenceProfile.options.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            {typeof last === 'number' && (
              <span>
                last {last.toFixed(2)} <Badge>{bandOf(last)}</Badge>
              </span>
            )}
            <span>
              trend <Badge>{score.trend}</Badge>
            </span>
            {score.differs > 0 && (
              <Badge tone="warning">{`${score.differs} turns differ from the record`}</Badge>
            )}
          </div>
          <Chart
            title={`Convergence score by turn, profile ${profile}`}
            height={300}
            data={scores}
            empty="The conversation is too short for a score: each side must have spoken."
            facts={[
              { name: 'n', value: `${count(score.value)} turns` },
              { name: 'window', value: '5 and 10 turns' },
              { name: 'profile', value: profile },
              { name: 'basis', value: recordedText(score.recorded, score.differs) },
            ]}
            provenance={provenance}
            onPick={open(score.stepKey)}
          />
        </>
      )}
      {reward !== null && (
        <div style={{ marginTop: score === null ? 0 : 28 }}>
          <Chart
            title="Reward by step"
            height={score === null ? 300 : 220}
            data={rewards}
            empty="No step of this session has a reward."
            facts={[
              { name: 'n', value: `${count(reward.value)} steps` },
              { name: 'window', value: '5 and 10 steps' },
              { name: 'trend', value: reward.trend },
            ]}
            provenance={provenance}
            onPick={open(reward.stepKey)}
          />
        </div>
      )}
      {score === null && (
        <p className={styles.note}>No convergence score: the messages do not alternate between two sides.</p>
      )}
      <h2 className={styles.section}>Formula</h2>
      <p className={styles.note}>{provenance.formula}</p>
    </ChartGroup>
  );
}

function recordedText(recorded: readonly (number | null)[], differs: number): string {
  const known = recorded.filter((value) => value !== null).length;
  if (known === 0) return 'computed, none recorded';
  return differs === 0 ? `${known} recorded and reproduced` : `${known} recorded, ${differs} differ`;
}
