const TIME =
  /^\s*(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,12}))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?\s*$/i;

/** A recorded time as naive UTC with up to microseconds; numbers are Unix time in the unit that their size says. Null: no time. */
export function utcOf(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'bigint') return ofUnix(Number(value));
  if (typeof value !== 'string') return null;
  const [, date, clock = '00:00', fraction = '', zone = 'Z'] = TIME.exec(value) ?? [];
  if (date === undefined) return null;
  const offsetMs = offsetOf(zone);
  const ms = Date.parse(`${date}T${clock}Z`);
  if (Number.isNaN(ms)) return null;
  return textOf(ms - offsetMs, fraction);
}

/** Milliseconds between two times as `utcOf` gives them. */
export function millisecondsBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  const us = microsecondsOf(to) - microsecondsOf(from);
  return Number(us) / 1000;
}

export function nanosecondsOf(time: string | null): bigint | null {
  return time === null ? null : microsecondsOf(time) * 1000n;
}

function microsecondsOf(time: string): bigint {
  const [whole = '', fraction = ''] = time.split('.');
  return BigInt(Date.parse(`${whole}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

function ofMicroseconds(us: bigint): string | null {
  const fraction = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return textOf(Number((us - fraction) / 1000n), String(fraction).padStart(6, '0'));
}

function ofUnix(value: number): string | null {
  const size = Math.abs(value);
  // Seconds until the year 5138, then milliseconds, microseconds, nanoseconds.
  const perSecond = size < 1e11 ? 1 : size < 1e14 ? 1e3 : size < 1e17 ? 1e6 : 1e9;
  const us = Math.round((value / perSecond) * 1e6);
  return Number.isSafeInteger(us) ? ofMicroseconds(BigInt(us)) : null;
}

function textOf(wholeSecondsMs: number, fraction: string): string | null {
  const date = new Date(wholeSecondsMs);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) return null;
  const digits = fraction.slice(0, 6).replace(/0+$/, '');
  return `${date.toISOString().slice(0, 19)}${digits === '' ? '' : `.${digits}`}`;
}

function offsetOf(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  const minutesOff = Number(hours) * 60 + Number(minutes);
  return (sign === '-' ? -1 : 1) * minutesOff * 60_000;
}
