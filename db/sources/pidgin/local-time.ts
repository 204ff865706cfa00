const MINUTE_MS = 60_000;
/** Zones differ from UTC by whole quarters of an hour. */
const QUARTER_MINUTES = 15;
/** The event is written when the message is complete: a longer way from a quarter is no zone. */
const MOST_APART_MINUTES = 5;
/** No zone is further from UTC. */
const MOST_OFFSET_MINUTES = 14 * 60;

const NAIVE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?$/;

export interface LocalTime {
  /** Local time minus UTC. */
  readonly offsetMinutes: number;
  /** The same moment in UTC, as finely as it was recorded. */
  readonly utc: string;
}

/** What a time without a zone is in UTC, from the UTC time of the event it belongs to. Undefined: it has a zone, or fits none. */
export function correctLocalTime(local: string, eventUtc: string | null): LocalTime | undefined {
  const found = NAIVE.exec(local);
  if (found === null || eventUtc === null) return undefined;
  const [, day = '', time = '', fraction] = found;
  const localMs = Date.parse(`${day}T${time}.${(fraction ?? '0').padEnd(3, '0').slice(0, 3)}Z`);
  const apart = (localMs - Date.parse(`${eventUtc}Z`)) / MINUTE_MS;
  if (Number.isNaN(apart)) return undefined;
  const offsetMinutes = Math.round(apart / QUARTER_MINUTES) * QUARTER_MINUTES;
  if (Math.abs(apart - offsetMinutes) > MOST_APART_MINUTES) return undefined;
  if (Math.abs(offsetMinutes) > MOST_OFFSET_MINUTES) return undefined;
  const seconds = new Date(Date.parse(`${day}T${time}Z`) - offsetMinutes * MINUTE_MS)
    .toISOString()
    .slice(0, 19);
  return {
    // Never minus zero.
    offsetMinutes: offsetMinutes || 0,
    utc: fraction === undefined ? seconds : `${seconds}.${fraction}`,
  };
}

/** The one that says more of the second. */
export function finerTime(eventUtc: string | null, messageUtc: string | undefined): string | null {
  if (messageUtc === undefined) return eventUtc;
  return fractionDigits(messageUtc) > fractionDigits(eventUtc ?? '') ? messageUtc : eventUtc;
}

function fractionDigits(time: string): number {
  const point = time.lastIndexOf('.');
  return point === -1 ? 0 : time.length - point - 1;
}

/** `7 h behind UTC`, `5 h 30 min ahead of UTC`, `in step with UTC`. */
export function describeOffset(minutes: number): string {
  if (minutes === 0) return 'in step with UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const parts = [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : ''].filter((part) => part !== '');
  return `${parts.join(' ')} ${minutes < 0 ? 'behind' : 'ahead of'} UTC`;
}
