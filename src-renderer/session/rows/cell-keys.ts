import type { FocusEvent, KeyboardEvent } from 'react';

const pageRows = 20;

/** The cells of a page are one stop of the keyboard, the one that had the focus last; the arrows move among them. */
export function moveAmongCells(event: KeyboardEvent<HTMLTableElement>): void {
  const cell = cellOf(event.target);
  if (cell === null || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = rowOf(cell);
  const to = {
    ArrowLeft: [row, cell.cellIndex - 1],
    ArrowRight: [row, cell.cellIndex + 1],
    ArrowUp: [row - 1, cell.cellIndex],
    ArrowDown: [row + 1, cell.cellIndex],
    PageUp: [row - pageRows, cell.cellIndex],
    PageDown: [row + pageRows, cell.cellIndex],
    Home: [row, 1],
    End: [row, Number.POSITIVE_INFINITY],
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const { rows } = event.currentTarget;
  // The first row and the first column are headings.
  const next = rows[within(to[0], rows.length)];
  const cells = next?.cells;
  cells?.[within(to[1], cells.length)]?.querySelector('button')?.focus();
}

/** What has the focus is where the keyboard comes back to. Its place is the page's own: drawing a thousand cells again would be felt. */
export function keepCell(event: FocusEvent<HTMLTableElement>): void {
  const cell = cellOf(event.target);
  if (cell === null) return;
  for (const before of event.currentTarget.querySelectorAll('td button[tabindex="0"]'))
    before.setAttribute('tabindex', '-1');
  cell.querySelector('button')?.setAttribute('tabindex', '0');
}

function cellOf(target: EventTarget): HTMLTableCellElement | null {
  return target instanceof Element ? target.closest('td') : null;
}

function rowOf(cell: HTMLTableCellElement): number {
  return cell.parentElement instanceof HTMLTableRowElement ? cell.parentElement.rowIndex : 1;
}

function within(index: number | undefined, length: number): number {
  return Math.max(1, Math.min(index ?? 1, length - 1));
}
