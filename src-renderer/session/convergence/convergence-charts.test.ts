import { describe, expect, it } from 'vitest';
import { bandOf, rewardChart, type SessionConvergence, scoreChart } from './convergence-charts';

function convergence(recorded: (number | null)[], value: (number | null)[]): SessionConvergence {
  const nulls = value.map(() => null);
  return {
    profile: 'structural',
    reward: null,
    score: {
      x: value.map((_, turn) => turn),
      stepKey: nulls,
      value,
      rolling5: value,
      rolling10: value,
      trend: 'stable',
      recorded,
      differs: 0,
    },
    provenance: { query: '', formula: '', n: value.length },
  };
}

describe('the convergence chart', () => {
  it('draws recorded and computed scores as one line where they agree', () => {
    const chart = scoreChart(convergence([0.5, null, 0.62], [0.5, 0.55, 0.62]));
    expect(chart?.series.map(({ label }) => label)).toEqual([
      'recorded = computed',
      'rolling 5',
      'rolling 10',
    ]);
  });

  it('marks the turns where they differ', () => {
    const chart = scoreChart(convergence([0.5, 0.7], [0.5, 0.55]));
    expect(chart?.series[0]?.label).toBe('computed');
    expect(chart?.series.find(({ mark }) => mark === 'dots')?.values).toEqual([null, 0.7]);
  });

  it('names the computed line alone when nothing was recorded', () => {
    expect(scoreChart(convergence([null], [0.4]))?.series[0]?.label).toBe('computed');
  });

  it('is not there for a session without rewards or without two sides', () => {
    const one = convergence([null], [0.4]);
    expect(rewardChart(one)).toBeNull();
    expect(scoreChart({ ...one, score: null })).toBeNull();
  });
});

describe('the bands', () => {
  it('are high from .8, medium from .6, low from .4', () => {
    expect([0.8, 0.79, 0.6, 0.4, 0.39].map(bandOf)).toEqual(['high', 'medium', 'medium', 'low', 'none']);
  });
});
