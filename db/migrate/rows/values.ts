const MICROS = 1_000_000n;

/** `2025-07-05 10:00:00.123456`, UTC, as tracing v3 writes its times; null stays null. */
export function timeText(micros: bigint | null): string | null {
  if (micros === null) return null;
  const rest = ((micros % MICROS) + MICROS) % MICROS;
  const seconds = new Date(Number((micros - rest) / 1_000n)).toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}.${String(rest).padStart(6, '0')}`;
}

export function unixSeconds(micros: bigint | null): number | null {
  return micros === null ? null : Number(micros) / 1e6;
}

/** Whether Unix seconds as a float bring the microsecond back, read as tracing v3 is read. */
export function isExactInSeconds(micros: bigint | null): boolean {
  if (micros === null) return true;
  const seconds = Number(micros) / 1e6;
  return seconds >= 1e8 && seconds < 1e11 && BigInt(Math.round(seconds * 1e6)) === micros;
}

/** A float that SQLite can keep; what it has no value for (NaN, infinities) is NULL there. */
export function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

const SAFE_DIGITS = 15;

/** Whether SQLite's own text of the float, which readers get, is certain to bring the same float back. */
export function isSafeInSqlite(value: number | null): boolean {
  if (value === null) return true;
  if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  if (value === 0) return true;
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return mantissa.replace(/[-.]/g, '').length <= SAFE_DIGITS && Math.abs(Number(exponent)) <= SAFE_DIGITS;
}

/** A float as text that brings the same float back, everywhere. */
export function exactText(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value);
}

export function flag(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}
