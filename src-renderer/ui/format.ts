import { pricesAsOf } from '../../db/model';
import type { Cost } from '../../src-main/contract';

/** Figures as text. Unknown is `–`; a unit stands apart from its number, so that it can be drawn smaller. */
export interface Measure {
  readonly value: string;
  readonly unit: string;
}

export const unknown = '–';

type Maybe = number | null | undefined;

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export function formatInteger(value: Maybe): string {
  if (value === null || value === undefined) return unknown;
  return isBeyondReading(value) ? scientific(value) : signed(whole.format(value));
}

/** No count and no price has that many digits; a damaged one has up to 309, and must not break the line it stands in. */
function isBeyondReading(value: number): boolean {
  return Math.abs(value) >= 1e16;
}

/** `1.798e308` */
function scientific(value: number): string {
  return signed(value.toExponential(3).replace('e+', 'e'));
}

/** The minus sign, as wide as the plus; formatters of the language write a hyphen. */
function signed(text: string): string {
  return text.replace('-', '−');
}

const decimals = new Map<number, Intl.NumberFormat>();

/** Making a formatter costs a hundred times what using it does. */
function decimalsOf(digits: number): Intl.NumberFormat {
  const known = decimals.get(digits);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat('en-US', { maximumFractionDigits: digits });
  decimals.set(digits, made);
  return made;
}

/** A number of any size with at most `digits` decimals. */
export function formatNumber(value: Maybe, digits = 2): string {
  if (value === null || value === undefined) return unknown;
  return isBeyondReading(value) ? scientific(value) : signed(decimalsOf(digits).format(value));
}

/** `1,204`, `61.2k`, `12.4M`, `3.10B`: for places with little room. Billions of tokens and of dollars are both B. */
export function formatCompact(value: Maybe): string {
  if (value === null || value === undefined) return unknown;
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size < 10_000 || isBeyondReading(value)) return formatInteger(value);
  for (const [limit, unit] of [
    [1e6, 'k'],
    [1e9, 'M'],
    [1e12, 'B'],
  ] as const) {
    // What would round up to the next unit belongs to it.
    if (size < limit * 0.9995) return `${sign}${threeDigits((size / limit) * 1000)}${unit}`;
  }
  return `${sign}${threeDigits(size / 1e12)}T`;
}

function threeDigits(size: number): string {
  if (size >= 999.5) return whole.format(size);
  return size.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

/** What is less says only that it is not nothing: no price is that low. */
const leastUsd = 1e-9;

/** Four significant figures below a cent, four decimals below a dollar, two above. Never rounds something to $0.00. */
export function formatUsd(usd: Maybe): string {
  if (usd === null || usd === undefined) return unknown;
  const size = Math.abs(usd);
  const sign = usd < 0 ? '−' : '';
  if (size === 0) return '$0';
  if (size < leastUsd) return `${sign}<$${leastUsd.toFixed(9)}`;
  if (size < 0.01) return `${sign}$${belowACent(size)}`;
  if (size < 0.99995) return `${sign}$${size.toFixed(4)}`;
  return `${sign}$${isBeyondReading(size) ? scientific(size) : cents.format(size)}`;
}

function belowACent(size: number): string {
  const decimals = 3 - Math.floor(Math.log10(size));
  const text = size.toFixed(decimals).replace(/0+$/, '');
  return text.length < 6 ? size.toFixed(4) : text;
}

export function formatDuration(milliseconds: Maybe): string {
  const { value, unit } = measureDuration(milliseconds);
  return unit === '' ? value : `${value} ${unit}`;
}

export function measureDuration(milliseconds: Maybe): Measure {
  if (milliseconds === null || milliseconds === undefined) return { value: unknown, unit: '' };
  if (milliseconds < 0) return { value: `−${formatDuration(-milliseconds)}`, unit: '' };
  if (milliseconds === 0) return { value: '0', unit: 'ms' };
  if (milliseconds < 0.000995) return { value: (milliseconds * 1e6).toFixed(0), unit: 'ns' };
  if (milliseconds < 0.0995) return { value: (milliseconds * 1000).toFixed(1), unit: 'µs' };
  if (milliseconds < 0.995) return { value: milliseconds.toFixed(2), unit: 'ms' };
  if (milliseconds < 999.5) return { value: milliseconds.toFixed(milliseconds < 9.95 ? 1 : 0), unit: 'ms' };
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return { value: seconds.toFixed(seconds < 9.995 ? 2 : 1), unit: 's' };
  const wholeSeconds = Math.round(seconds);
  const minutes = Math.floor(wholeSeconds / 60);
  if (minutes < 60) return { value: `${minutes} m ${pad(wholeSeconds % 60)}`, unit: 's' };
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return { value: `${hours} h ${pad(minutes % 60)}`, unit: 'm' };
  return { value: `${whole.format(Math.floor(hours / 24))} d ${hours % 24}`, unit: 'h' };
}

export function formatBytes(bytes: Maybe): string {
  const { value, unit } = measureBytes(bytes);
  return unit === '' ? value : `${value} ${unit}`;
}

export function measureBytes(bytes: Maybe): Measure {
  if (bytes === null || bytes === undefined) return { value: unknown, unit: '' };
  if (bytes < 1000) return { value: whole.format(bytes), unit: 'B' };
  let value = bytes;
  let unit = 'B';
  for (const next of ['kB', 'MB', 'GB', 'TB']) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return { value: threeDigits(value), unit };
}

export function formatPercent(fraction: Maybe): string {
  if (fraction === null || fraction === undefined) return unknown;
  // 100 % is said only of what is complete.
  return `${Math.min(fraction < 1 ? 99 : 100, Math.round(fraction * 100))} %`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Local time: `21 Nov 07:23:45`, with the year when it is another than now's. */
export function formatTime(iso: string | null | undefined, now = new Date()): string {
  const at = iso === null || iso === undefined ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(at)) return unknown;
  const date = new Date(at);
  const year = date.getFullYear() === now.getFullYear() ? '' : ` ${date.getFullYear()}`;
  return `${date.getDate()} ${months[date.getMonth()]}${year} ${formatClock(date)}`;
}

export function formatClock(date: Date): string {
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** The local zone as the axis of a chart names it. */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatInteger(count)} ${count === 1 ? one : many}`;
}

export type BasisName = 'none' | 'reported' | 'rounded' | 'priced' | 'unpriced' | 'mixed';

export interface CostText {
  readonly text: string;
  /** `≥` the sum is a floor, `≈` it holds estimates. */
  readonly mark: '' | '≥' | '≈';
  readonly basis: BasisName;
  readonly explanation: string;
}

const noCost: CostText = {
  text: unknown,
  mark: '',
  basis: 'none',
  explanation: 'Not read yet, or no LM calls.',
};
const described = new WeakMap<Cost, CostText>();

/** What a sum of dollars is made of, in one mark and one sentence a part. Lists ask for the same one again and again. */
export function describeCost(cost: Cost | null | undefined): CostText {
  if (cost === null || cost === undefined) return noCost;
  const known = described.get(cost);
  if (known !== undefined) return known;
  const text = describeParts(cost);
  described.set(cost, text);
  return text;
}

function describeParts(cost: Cost): CostText {
  const { calls } = cost;
  const counted = calls.reported + calls.rounded + calls.priced + calls.unpriced;
  const parts = [
    calls.reported > 0 && `${formatUsd(cost.reportedUsd)} reported by ${plural(calls.reported, 'call')}`,
    calls.rounded > 0 &&
      `${formatUsd(cost.roundedUsd)} recorded in whole cents by ${plural(calls.rounded, 'call')}` +
        (calls.roundedZero > 0 ? `, ${formatInteger(calls.roundedZero)} of them below 1 ¢` : ''),
    calls.priced > 0 &&
      `${formatUsd(cost.pricedUsd)} priced from the tokens of ${plural(calls.priced, 'call')}`,
    calls.unpriced > 0 && `${plural(calls.unpriced, 'call')} without a known price, not in the sum`,
  ].filter((part) => part !== false);
  const explanation = parts.length === 0 ? 'No LM calls.' : `${parts.join('\n')}`;
  const basis = basisOf(cost);
  if (counted === 0 || cost.usd === null) return { text: unknown, mark: '', basis, explanation };
  if (cost.usd === 0 && calls.roundedZero > 0) return { text: '< 1 ¢', mark: '', basis, explanation };
  const mark = calls.priced > 0 ? '≈' : calls.rounded + calls.unpriced > 0 ? '≥' : '';
  return { text: formatUsd(cost.usd), mark, basis, explanation };
}

function basisOf({ calls }: Cost): BasisName {
  const present = (['reported', 'rounded', 'priced', 'unpriced'] as const).filter((name) => calls[name] > 0);
  const [only] = present;
  if (only === undefined) return 'none';
  return present.length === 1 ? only : 'mixed';
}

const callBasis = {
  reported: 'Reported by the recorder.',
  reported_rounded: 'Recorded in whole cents, cut off: the true figure is up to 1 ¢ higher.',
  priced: `Priced from the tokens and the list prices of ${pricesAsOf.join(', newer models of ')}.`,
  unpriced: 'No figure recorded and no known price for the model.',
} as const;

/** The dollar figure of one call. */
export function describeCallCost(
  cost: { readonly usd: number | null; readonly basis: keyof typeof callBasis } | null | undefined,
): CostText {
  if (cost === null || cost === undefined) {
    return { text: unknown, mark: '', basis: 'none', explanation: 'No cost is expected here.' };
  }
  const basis = cost.basis === 'reported_rounded' ? 'rounded' : cost.basis;
  const explanation = callBasis[cost.basis];
  if (cost.usd === 0 && basis === 'rounded') return { text: '< 1 ¢', mark: '', basis, explanation };
  const mark = cost.usd === null ? '' : basis === 'rounded' ? '≥' : basis === 'priced' ? '≈' : '';
  return { text: formatUsd(cost.usd), mark, basis, explanation };
}
