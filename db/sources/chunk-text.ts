/**
 * The text of a chunk: one line a row, fields parted by `separator`, text fields between `quote`s, nothing between two separators is NULL.
 * Control characters that no trace contains, so that neither SQLite nor DuckDB has anything to escape; the few texts that do contain them
 * lose them.
 */
export const separator = '\x1f';
export const quote = '\x01';
export const newLine = '\n';

export type FieldValue = string | number | bigint | boolean | null | undefined;

/** A row's line without its line end. */
export function chunkLine(values: readonly FieldValue[]): string {
  return values.map(field).join(separator);
}

function field(value: FieldValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  return quote + (value.includes(quote) ? value.replaceAll(quote, '') : value) + quote;
}
