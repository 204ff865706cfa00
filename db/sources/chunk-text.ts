/**
 * The text of a chunk: one line a row, fields parted by `separator`, text between `quote`s with the quotes in it doubled. Nothing, or NULL
 * without quotes, is NULL; so any text survives, the empty one too. The quote is the one that SQLite's own `%Q` writes.
 */
export const separator = '\x1f';
export const quote = "'";
export const newLine = '\n';

export type FieldValue = string | number | bigint | boolean | null | undefined;

/** A row's line without its line end. */
export function chunkLine(values: readonly FieldValue[]): string {
  let line = '';
  for (let at = 0; at < values.length; at += 1)
    line += at === 0 ? field(values[at]) : separator + field(values[at]);
  return line;
}

function field(value: FieldValue): string {
  return typeof value === 'string' ? quoted(value) : plainField(value);
}

/** Of what is no text, in letters of one byte; what is no field (an object, NaN) is NULL. */
export function plainField(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
}

function quoted(text: string): string {
  return quote + doubled(text) + quote;
}

/** The text with its quotes doubled. */
export function doubled(text: string): string {
  return text.includes(quote) ? text.replaceAll(quote, quote + quote) : text;
}
