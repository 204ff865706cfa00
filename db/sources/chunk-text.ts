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
  return values.map(field).join(separator);
}

function field(value: FieldValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  return quote + (value.includes(quote) ? value.replaceAll(quote, quote + quote) : value) + quote;
}
