import type { ChartUnit } from './chart-data';

/** Scales with few, round ticks. */
export interface NiceScale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

const steps = [1, 2, 2.5, 5, 10];

/** The smallest round step that covers the span in at most `count` intervals. */
export function niceStep(span: number, count: number, whole = false): number {
  if (!(span > 0)) return 1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (steps.find((factor) => factor * power >= raw * 0.999_999) ?? 10) * power;
  return whole ? Math.max(1, Math.ceil(step)) : step;
}

/** A value axis: at most four lines above its base, quantities from zero. */
export function niceScale(
  min: number | null,
  max: number | null,
  { fromZero, isWhole = false }: Pick<ChartUnit, 'fromZero' | 'isWhole'>,
): NiceScale {
  let low = min ?? 0;
  let high = max ?? 0;
  if (fromZero) {
    low = Math.min(0, low);
    high = Math.max(0, high);
  }
  if (low === high) {
    if (low === 0) high = 1;
    else if (low > 0) low = fromZero ? 0 : low - Math.abs(low) * 0.1;
    else high = fromZero ? 0 : high + Math.abs(high) * 0.1;
  }
  const stepOf = (span: number): number => {
    const step = niceStep(span, 4);
    return isWhole ? Math.max(1, Math.ceil(step)) : step;
  };
  let step = stepOf(high - low);
  // Rounding both ends outwards can need one more line than there may be.
  while (Math.ceil(high / step - 1e-9) - Math.floor(low / step + 1e-9) > 4) step = stepOf(step * 4.01);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => clean((first + index) * step));
  return { low: clean(first * step), high: clean(last * step), ticks };
}

/** 0.30000000000000004 is 0.3. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}

/** Whole-numbered ticks of a step axis. */
export function indexTicks(low: number, high: number, count: number): number[] {
  const step = niceStep(high - low, Math.max(1, count), true);
  const ticks: number[] = [];
  // `+ 0`: a step axis has no −0.
  for (let at = Math.ceil(low / step) * step; at <= high + 1e-9; at += step) ticks.push(at + 0);
  return ticks;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const timeSteps = [
  0.001,
  0.01,
  0.1,
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  second,
  2 * second,
  5 * second,
  15 * second,
  30 * second,
  minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
];

export interface TimeTick {
  readonly at: number;
  readonly label: string;
}

/** Ticks on round local times, at least two wherever milliseconds allow; a label says the date where the day changes. */
export function timeTicks(low: number, high: number, count: number): TimeTick[] {
  const span = high - low;
  if (!(span > 0)) return [];
  const fitting = timeSteps.findIndex((size) => span / size <= count);
  let step = timeSteps[fitting];
  let places = step === undefined ? monthStarts(low, high, count) : roundTimes(low, high, step);
  // A long step can miss a short window: finer ones come closer together, but an axis without times says nothing.
  for (let finer = fitting === -1 ? timeSteps.length : fitting; places.length < 2 && finer > 0; ) {
    finer -= 1;
    step = timeSteps[finer] ?? span;
    places = roundTimes(low, high, step);
  }
  return labelTimes(places, step, span);
}

function labelTimes(places: readonly number[], step: number | undefined, span: number): TimeTick[] {
  let lastDay = '';
  return places.map((at) => {
    const date = new Date(at);
    const dayName = formatDay(date);
    const changed = dayName !== lastDay;
    lastDay = dayName;
    if (step === undefined) return { at, label: formatMonth(date) };
    if (step >= day) return { at, label: dayName };
    const clock = formatClock(date, step);
    return {
      at,
      label: changed && span > hour * 6 ? (clock === '00:00' ? dayName : `${dayName} ${clock}`) : clock,
    };
  });
}

function roundTimes(low: number, high: number, step: number): number[] {
  const places: number[] = [];
  if (step >= day) {
    const date = new Date(low);
    date.setHours(0, 0, 0, 0);
    // Days are stepped by the calendar: some have 23 or 25 hours.
    for (; date.getTime() <= high; date.setDate(date.getDate() + step / day)) {
      if (date.getTime() >= low) places.push(date.getTime());
    }
    return places;
  }
  const offset = new Date(low).getTimezoneOffset() * minute;
  for (let at = Math.ceil((low - offset) / step) * step + offset; at <= high; at += step) places.push(at);
  return places;
}

function monthStarts(low: number, high: number, count: number): number[] {
  const months = Math.max(1, Math.ceil((high - low) / (30 * day) / count));
  const date = new Date(low);
  date.setDate(1);
  date.setHours(0, 0, 0, 0);
  const places: number[] = [];
  for (; date.getTime() <= high; date.setMonth(date.getMonth() + months)) {
    if (date.getTime() >= low) places.push(date.getTime());
  }
  return places;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric' });

function formatDay(date: Date): string {
  return dayFormat.format(date);
}

function formatMonth(date: Date): string {
  return monthFormat.format(date);
}

function formatClock(date: Date, step: number): string {
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  if (step >= minute) return clock;
  const seconds = `${clock}:${pad(date.getSeconds())}`;
  return step >= second ? seconds : `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
