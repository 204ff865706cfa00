import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly id: string;
  readonly title: ReactNode;
  /** px; columns that `grow` share what is left beyond their widths, in these parts. */
  readonly width: number;
  readonly grow?: number;
  /** px; a column that grows ends here. */
  readonly most?: number;
  /** px that others give way for. */
  readonly comfort?: number;
  /** Leaves where there is no room, the largest first. */
  readonly spare?: number;
  readonly align?: 'start' | 'end';
  readonly sortable?: boolean;
  /** The text of a figure: its column is made as wide as the longest one, because a figure that is cut is another figure. */
  readonly figureText?: (row: Row) => string;
  readonly render: (row: Row, index: number) => ReactNode;
}

const paddingPx = 24;
const narrow = new Set(".,:;|'! il");
const wide = new Set('MWmw@%');

/** The width of a figure in tabular digits of 13 px; a little generous. */
export function figureWidth(text: string): number {
  let width = 0;
  for (const character of text) width += narrow.has(character) ? 4 : wide.has(character) ? 11.6 : 8.2;
  return width + paddingPx;
}

/** Remembers the longest figure of each column; it only grows, so that columns do not breathe while scrolling. */
export class FittedWidths<Row> {
  readonly #widths = new Map<string, number>();
  readonly #seen = new WeakSet<object>();

  see(row: Row, columns: readonly Column<Row>[]): void {
    if (typeof row !== 'object' || row === null || this.#seen.has(row)) return;
    this.#seen.add(row);
    for (const { id, figureText } of columns) {
      if (figureText === undefined) continue;
      const width = Math.ceil(figureWidth(figureText(row)) / 4) * 4;
      if (width > (this.#widths.get(id) ?? 0)) this.#widths.set(id, width);
    }
  }

  of({ id, width }: Column<Row>): number {
    return Math.max(width, this.#widths.get(id) ?? 0);
  }
}

/** Those that there is room for; the same list while all of them stay. */
export function columnsThatFit<Row>(
  columns: readonly Column<Row>[],
  leastOf: (column: Column<Row>) => number,
  available: number,
): readonly Column<Row>[] {
  let wanted = columns.reduce((sum, column) => sum + Math.max(leastOf(column), column.comfort ?? 0), 0);
  const leaving = columns
    .filter(({ spare }) => spare !== undefined)
    .sort((a, b) => (b.spare ?? 0) - (a.spare ?? 0));
  const gone = new Set<Column<Row>>();
  for (const column of leaving) {
    if (wanted <= available) break;
    gone.add(column);
    wanted -= leastOf(column);
  }
  return gone.size === 0 ? columns : columns.filter((column) => !gone.has(column));
}

/** Whole pixels for every column: the least ones, or the comfortable where they fit, and what is left of `available` shared by those that grow. */
export function columnWidths<Row>(
  columns: readonly Column<Row>[],
  leastOf: (column: Column<Row>) => number,
  available: number,
): number[] {
  const sumOf = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width, 0);
  const comfortable = columns.map((column) => Math.max(leastOf(column), column.comfort ?? 0));
  const widths = sumOf(comfortable) <= available ? comfortable : columns.map(leastOf);
  let left = available - sumOf(widths);
  let growing = columns
    .map((column, nth) => ({ column, nth }))
    .filter(({ column }) => column.grow !== undefined);
  while (left >= 1 && growing.length > 0) {
    const parts = growing.reduce((sum, { column }) => sum + (column.grow ?? 0), 0);
    const share = left / parts;
    const full = growing.filter(
      ({ column, nth }) => (widths[nth] ?? 0) + share * (column.grow ?? 0) > (column.most ?? Infinity),
    );
    const given = full.length > 0 ? full : growing;
    for (const { column, nth } of given) {
      const before = widths[nth] ?? 0;
      const next =
        full.length > 0
          ? Math.max(before, column.most ?? before)
          : before + Math.floor(share * (column.grow ?? 0));
      widths[nth] = next;
      left -= next - before;
    }
    if (full.length === 0) break;
    growing = growing.filter((one) => !full.includes(one));
  }
  return widths;
}
