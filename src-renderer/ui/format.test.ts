import { describe, expect, it } from 'vitest';
import type { Cost } from '../../src-main/contract';
import {
  describeCallCost,
  describeCost,
  formatBytes,
  formatCompact,
  formatDuration,
  formatInteger,
  formatNumber,
  formatPercent,
  formatTime,
  formatUsd,
} from './format';

const noCalls = { reported: 0, rounded: 0, roundedZero: 0, priced: 0, unpriced: 0 };
function costOf(part: Partial<Omit<Cost, 'calls'>>, calls: Partial<Cost['calls']>): Cost {
  return { usd: 0, reportedUsd: 0, roundedUsd: 0, pricedUsd: 0, ...part, calls: { ...noCalls, ...calls } };
}

describe('dollars', () => {
  it('keep four significant figures below a cent and never become $0.00', () => {
    expect(formatUsd(0.0042)).toBe('$0.0042');
    expect(formatUsd(0.00421337)).toBe('$0.004213');
    expect(formatUsd(0.000000512)).toBe('$0.000000512');
    expect(formatUsd(0.005)).toBe('$0.0050');
    expect(formatUsd(1e-9)).toBe('$0.000000001');
    expect(formatUsd(4e-25)).toBe('<$0.000000001');
  });
  it('have four decimals below a dollar and two above, with thousands apart', () => {
    expect(formatUsd(0.1893)).toBe('$0.1893');
    expect(formatUsd(0.99999)).toBe('$1.00');
    expect(formatUsd(1234.5)).toBe('$1,234.50');
    expect(formatUsd(-1.5e9)).toBe('−$1,500,000,000.00');
    expect(formatUsd(1.7976931348623157e308)).toBe('$1.798e308');
  });
  it('are a dash when unknown and a plain zero when free', () => {
    expect(formatUsd(null)).toBe('–');
    expect(formatUsd(0)).toBe('$0');
  });
});

describe('the cost of a set of calls', () => {
  it('is "< 1 ¢" when every recorded cent was cut off to zero', () => {
    expect(describeCost(costOf({ usd: 0 }, { rounded: 3, roundedZero: 3 }))).toMatchObject({
      text: '< 1 ¢',
      basis: 'rounded',
    });
  });
  it('is a floor when cents were cut off or a call has no price', () => {
    expect(
      describeCost(costOf({ usd: 0.05, roundedUsd: 0.05 }, { rounded: 4, roundedZero: 1 })),
    ).toMatchObject({ text: '$0.0500', mark: '≥', basis: 'rounded' });
    expect(describeCost(costOf({ usd: 1, reportedUsd: 1 }, { reported: 1, unpriced: 2 }))).toMatchObject({
      mark: '≥',
      basis: 'mixed',
    });
  });
  it('is an estimate when tokens were priced', () => {
    expect(describeCost(costOf({ usd: 2, pricedUsd: 2 }, { priced: 9 }))).toMatchObject({
      mark: '≈',
      basis: 'priced',
    });
  });
  it('is unknown, not zero, when no call has a figure', () => {
    expect(describeCost(costOf({ usd: null }, { unpriced: 7 }))).toMatchObject({
      text: '–',
      basis: 'unpriced',
    });
    expect(describeCallCost({ usd: null, basis: 'unpriced' }).text).toBe('–');
    expect(describeCallCost({ usd: 0, basis: 'reported_rounded' }).text).toBe('< 1 ¢');
  });
});

describe('other figures', () => {
  it('are separated, shortened and given units', () => {
    expect(formatInteger(1_900_000)).toBe('1,900,000');
    expect(formatInteger(undefined)).toBe('–');
    expect(formatCompact(9_999)).toBe('9,999');
    expect(formatCompact(61_204)).toBe('61.2k');
    expect(formatCompact(999_999)).toBe('1.00M');
    expect(formatCompact(12_400_000)).toBe('12.4M');
    expect(formatCompact(3_100_000_000)).toBe('3.10B');
    expect(formatCompact(-61_204)).toBe('−61.2k');
    expect(formatCompact(Number.MAX_SAFE_INTEGER)).toBe('9,007T');
    expect(formatInteger(-7)).toBe('−7');
    expect(formatInteger(Number.MAX_SAFE_INTEGER)).toBe('9,007,199,254,740,991');
    expect(formatInteger(-9.3e18)).toBe('−9.300e18');
    expect(formatNumber(-1.7976931348623157e308)).toBe('−1.798e308');
    expect(formatCompact(1.7976931348623157e308)).toBe('1.798e308');
    expect(formatNumber(-0.5)).toBe('−0.5');
    expect(formatBytes(0)).toBe('0 B');
    expect(formatBytes(960_123_456)).toBe('960 MB');
    expect(formatBytes(999_900)).toBe('1.00 MB');
  });
  it('durations grow through their units', () => {
    expect(formatDuration(0)).toBe('0 ms');
    expect(formatDuration(0.0004)).toBe('400 ns');
    expect(formatDuration(0.0254)).toBe('25.4 µs');
    expect(formatDuration(0.25)).toBe('0.25 ms');
    expect(formatDuration(0.999)).toBe('1.0 ms');
    expect(formatDuration(840)).toBe('840 ms');
    expect(formatDuration(999.6)).toBe('1.00 s');
    expect(formatDuration(1240)).toBe('1.24 s');
    expect(formatDuration(59_960)).toBe('1 m 00 s');
    expect(formatDuration(102_000)).toBe('1 m 42 s');
    expect(formatDuration(7_500_000)).toBe('2 h 05 m');
    expect(formatDuration(1e12)).toBe('11,574 d 1 h');
    expect(formatDuration(-840)).toBe('−840 ms');
    expect(formatDuration(null)).toBe('–');
  });
  it('a percentage says 100 only when complete', () => {
    expect(formatPercent(0.999)).toBe('99 %');
    expect(formatPercent(1)).toBe('100 %');
  });
  it('times are local, with the year when it is not this one', () => {
    const at = new Date(2026, 10, 21, 7, 23, 45);
    expect(formatTime(at.toISOString(), new Date(2026, 0, 1))).toBe('21 Nov 07:23:45');
    expect(formatTime(at.toISOString(), new Date(2027, 0, 1))).toBe('21 Nov 2026 07:23:45');
    expect(formatTime('not a time')).toBe('–');
  });
});
