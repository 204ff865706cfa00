export const unknown = '–';
const LONGEST_CELL = 100;

/** JSON of one value: integers beyond 2^53 and what JSON has no number for (NaN, Infinity) as text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'bigint') {
      const number = Number(each);
      return Number.isSafeInteger(number) ? number : String(each);
    }
    return typeof each === 'number' && !Number.isFinite(each) ? String(each) : each;
  });
}

/** The whole value as text: NULL is '', lists and structures are JSON. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return toJson(value);
  return String(value);
}

/** One field of CSV (RFC 4180): NULL is empty, the empty text is `""`. */
export function toCsvField(value: unknown): string {
  const text = toText(value);
  if (value === '') return '""';
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** For a person: one line, no control characters (a trace must not steer the terminal), cut when it is long. */
export function toVisible(value: unknown): string {
  if (value === null || value === undefined) return unknown;
  const text = toText(value).replace(/\p{Cc}/gu, (character) => visibleControl(character));
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;
}

function visibleControl(character: string): string {
  const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return names[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
