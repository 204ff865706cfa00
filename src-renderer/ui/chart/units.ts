import { formatCompact, formatDuration, formatInteger, formatNumber, formatUsd } from '../format';
import type { ChartUnit } from './chart-data';

export const tokenUnit: ChartUnit = {
  name: 'tokens',
  exact: formatInteger,
  axis: formatAxisNumber,
  fromZero: true,
};

export const callUnit: ChartUnit = { ...tokenUnit, name: 'calls' };

export const dollarUnit: ChartUnit = {
  name: 'US dollars',
  exact: formatUsd,
  axis: (value) => `${value < 0 ? '−' : ''}$${formatAxisNumber(Math.abs(value))}`,
  fromZero: true,
};

export const durationUnit: ChartUnit = {
  name: 'time',
  exact: formatDuration,
  axis: formatAxisTime,
  fromZero: true,
};

export const rewardUnit: ChartUnit = {
  name: 'reward',
  exact: (value) => formatNumber(value, 3),
  axis: formatAxisNumber,
  fromZero: true,
};

export const scoreUnit: ChartUnit = {
  name: 'score, 0 to 1',
  exact: (value) => (value === null ? '–' : value.toFixed(2)),
  axis: (value) => value.toFixed(1),
  fromZero: true,
};

/** Ticks are round: no more digits than they need. */
function formatAxisNumber(value: number): string {
  if (Math.abs(value) >= 10_000) return formatCompact(value).replace(/\.0+(?=\D)|(\.\d*?)0+(?=\D)/, '$1');
  return formatNumber(value, 12);
}

function formatAxisTime(milliseconds: number): string {
  if (milliseconds === 0) return '0';
  if (milliseconds < 1_000) return `${formatNumber(milliseconds, 6)} ms`;
  return `${formatAxisNumber(milliseconds / 1_000)} s`;
}
