import { z } from 'zod';
import type { SourceWarning } from '../types';
import { damagedTables } from './errors';
import type { RowRange } from './open-table';

/** `what`: a table, or a table and its column. Kept with the cursor: rows that were passed are not tried again. */
export const loss = z.object({ what: z.string(), range: z.object({ first: z.number(), last: z.number() }) });
export type Loss = z.infer<typeof loss>;

/** What a damaged file would not give: the rest is read all the same, and the end says what is missing. */
export class TableLosses {
  private readonly list: Loss[];
  private cause: unknown;

  constructor(before: readonly Loss[] = []) {
    this.list = [...before];
  }

  get all(): Loss[] {
    return [...this.list];
  }

  /** `columns`: these alone are lost; none: whole rows. */
  add(table: string, range: RowRange, columns: readonly string[], cause: unknown): void {
    this.cause ??= cause;
    const lost = columns.length === 0 ? [table] : columns.map((column) => `${table}.${column}`);
    this.list.push(...lost.map((what) => ({ what, range })));
  }

  /** Throws FORMAT_DAMAGED when anything was lost. */
  report(path: string, warn: (warning: SourceWarning) => void): void {
    if (this.list.length === 0) return;
    const parts = merged(this.list).map(({ what, range }) => `${what}: ${rowsText(range)}`);
    for (const at of parts) warn({ at, message: 'The file is damaged here.', count: 1 });
    throw damagedTables(
      path,
      'parts of it could not be read',
      { readable: 'everything else', lost: parts.join('; ') },
      this.cause,
    );
  }
}

/** Ranges of one thing that touch are one; several reads may lose the same. */
function merged(list: readonly Loss[]): Loss[] {
  const sorted = [...list].sort((a, b) => a.what.localeCompare(b.what) || a.range.first - b.range.first);
  const out: Loss[] = [];
  for (const { what, range } of sorted) {
    const before = out.at(-1);
    if (before?.what === what && range.first <= before.range.last + 1) {
      const last = Math.max(before.range.last, range.last);
      out[out.length - 1] = { what, range: { first: before.range.first, last } };
    } else out.push({ what, range });
  }
  return out;
}

export function rowsText({ first, last }: RowRange): string {
  return `rows ${first.toLocaleString('en')} to ${last.toLocaleString('en')}`;
}
