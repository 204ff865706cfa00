import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react';
import { findRow } from './find-row';
import styles from './table.module.css';
import { type Column, columnsThatFit, columnWidths, FittedWidths } from './table-column';
import { TableHeader } from './table-header';
import { TableRow } from './table-row';
import { type ScrollPlace, useVirtualRows, type VirtualRows } from './use-virtual-rows';
import type { RowRange } from './virtual-scroll';

export interface Pressed {
  readonly shift: boolean;
  readonly toggle: boolean;
}

export interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rowCount: number;
  /** What a row is, wherever it stands. With it, rows that come above those that are seen do not move them. */
  readonly keyOf?: (row: Row) => string;
  /** Undefined: not there yet, a placeholder is drawn. */
  readonly getRow: (index: number) => Row | undefined;
  readonly rowHeight?: number;
  readonly onRange?: (range: RowRange) => void;
  readonly sort?: { readonly id: string; readonly descending: boolean };
  readonly onSort?: (id: string) => void;
  readonly onResizeColumn?: (id: string, width: number) => void;
  /** The row that the keyboard is on. */
  readonly activeIndex?: number | null;
  readonly onActivate?: (index: number, pressed: Pressed) => void;
  readonly onOpen?: (index: number) => void;
  readonly isSelected?: (row: Row, index: number) => boolean;
  /** Wraps the whole of the rows, to hang a context menu on. */
  readonly onContextRow?: (index: number) => void;
  /** Also at its beginning the list stays with its first row when others come above it. */
  readonly isAnchored?: boolean;
  /** Whether the last answers were asked for so: else they are the beginning, and shown as such. */
  readonly keepsFirst?: boolean;
  /** How far the rows are known to have moved with the last answers. */
  readonly moved?: number;
  readonly control?: RefObject<TableControl | null>;
  readonly place?: ScrollPlace;
  readonly onScrolled?: (place: ScrollPlace) => void;
  readonly stale?: boolean;
  readonly multiselectable?: boolean;
  /** Without a header row: the one column says what it is by itself. */
  readonly headless?: boolean;
}

/** What its owner asks of a table, outside drawing. */
export interface TableControl {
  readonly toTop: () => void;
  /** Scrolls as little as needed. */
  readonly show: (index: number) => void;
  /** The row that stays where it is when others come; null: none, the list shows its beginning. */
  readonly anchorIndex: () => number | null;
}

const headerPx = 30;

/**
 * The grid of the application: virtual rows under a fixed header, a true scrollbar for any number of them, one tab stop, arrows and
 * j/k inside.
 */
export function Table<Row>(props: TableProps<Row>) {
  const { label, rowCount, getRow, rowHeight = 32, onRange, activeIndex = null } = props;
  const { onActivate, onOpen, isSelected, onContextRow, stale } = props;
  const id = useId();
  const headless = props.headless === true;
  const rows = useVirtualRows({
    count: rowCount,
    rowHeight,
    headerHeight: headless ? 0 : headerPx,
    activeIndex,
    ...(props.place === undefined ? {} : { place: props.place }),
    ...(props.onScrolled === undefined ? {} : { onScrolled: props.onScrolled }),
  });
  const { first, end } = rows.range;

  // Tells the owner which rows are seen, so that it loads their pages.
  const told = useRef(onRange);
  told.current = onRange;
  useEffect(() => told.current?.({ first, end }), [first, end]);

  const isAnchored = props.isAnchored === true;
  const keepsFirst = isAnchored && props.keepsFirst !== false;
  useSteadyRows(rows, getRow, { keyOf: props.keyOf, keepsFirst, moved: props.moved ?? 0 });
  const anchored = useRef(isAnchored);
  anchored.current = isAnchored;
  const scroll = useRef(rows);
  scroll.current = rows;
  useImperativeHandle(
    props.control,
    () => ({
      toTop: () => scroll.current.toTop(),
      show: (index) => scroll.current.show(index),
      anchorIndex: () => scroll.current.topIndex(anchored.current),
    }),
    [],
  );

  const move = (to: number, pressed: Pressed): void => {
    const index = Math.max(0, Math.min(rowCount - 1, to));
    rows.show(index);
    onActivate?.(index, pressed);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (rowCount === 0 || event.target !== event.currentTarget) return;
    const pressed = { shift: event.shiftKey, toggle: false };
    const page = Math.max(1, Math.floor(rows.viewport / rowHeight) - 1);
    const at = activeIndex ?? -1;
    if (event.altKey || event.metaKey || (event.ctrlKey && event.key !== ' ')) return;
    switch (event.key) {
      case 'ArrowDown':
      case 'j':
        move(at + 1, pressed);
        break;
      case 'ArrowUp':
      case 'k':
        move(at < 0 ? 0 : at - 1, pressed);
        break;
      case 'PageDown':
        move(at + page, pressed);
        break;
      case 'PageUp':
        move(at - page, pressed);
        break;
      case 'Home':
        move(0, pressed);
        break;
      case 'End':
        move(rowCount - 1, pressed);
        break;
      case ' ':
        if (at >= 0) move(at, { shift: false, toggle: true });
        break;
      case 'Enter':
        if (at < 0) return;
        onOpen?.(at);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  const drawn = Array.from({ length: end - first }, (_, nth) => ({
    index: first + nth,
    row: getRow(first + nth),
  }));
  const fitted = useRef(new FittedWidths<Row>());
  for (const { row } of drawn) if (row !== undefined) fitted.current.see(row, props.columns);
  const columns = useFitting(props.columns, (column) => fitted.current.of(column), rows.width);
  const widths = columnWidths(columns, (column) => fitted.current.of(column), rows.width);
  const least = widths.reduce((sum, width) => sum + width, 0);
  const activeShown = activeIndex !== null && activeIndex >= first && activeIndex < end;

  const style: CSSProperties & Record<`--${string}`, string> = {
    '--columns': widths.map((width) => `${width}px`).join(' '),
    '--row-height': `${rowHeight}px`,
    '--least': `${least}px`,
  };
  return (
    <div
      ref={rows.ref}
      className={styles.table}
      style={style}
      role="grid"
      aria-label={label}
      aria-rowcount={headless ? rowCount : rowCount + 1}
      aria-colcount={columns.length}
      aria-multiselectable={props.multiselectable === true || undefined}
      aria-activedescendant={activeShown ? `${id}-${activeIndex}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      data-stale={stale === true || undefined}
    >
      {!headless && (
        <TableHeader
          columns={columns}
          sort={props.sort}
          onSort={props.onSort}
          onResizeColumn={props.onResizeColumn}
        />
      )}
      <div
        className={styles.track}
        style={{ height: rows.trackHeight }}
        role="presentation"
        onClick={(event) =>
          withRow(event, (index) =>
            onActivate?.(index, { shift: event.shiftKey, toggle: event.ctrlKey || event.metaKey }),
          )
        }
        onDoubleClick={(event) => withRow(event, (index) => onOpen?.(index))}
        onContextMenu={(event) => withRow(event, (index) => onContextRow?.(index))}
      >
        {drawn.map(({ index, row }) => (
          <TableRow
            // A row that leaves lends its elements to one that comes.
            key={index % rows.slots}
            id={`${id}-${index}`}
            index={index}
            ariaIndex={index + (headless ? 1 : 2)}
            row={row}
            columns={columns}
            offset={rows.offsetOf(index)}
            selected={isSelected === undefined ? undefined : row !== undefined && isSelected(row, index)}
            active={index === activeIndex}
          />
        ))}
      </div>
    </div>
  );
}

/** The columns that there is room for, as the same list while they are the same: rows are drawn again for another one. */
function useFitting<Row>(
  columns: readonly Column<Row>[],
  leastOf: (column: Column<Row>) => number,
  available: number,
): readonly Column<Row>[] {
  const fitting = columnsThatFit(columns, leastOf, available);
  const shown = useRef(fitting);
  const isSame =
    shown.current.length === fitting.length && fitting.every((column, at) => column === shown.current[at]);
  if (!isSame) shown.current = fitting;
  return shown.current;
}

interface Steady<Row> {
  readonly keyOf: ((row: Row) => string) | undefined;
  readonly keepsFirst: boolean;
  readonly moved: number;
}

/** Keeps the row at the top of what is seen where it is when other answers put it at another index. */
function useSteadyRows<Row>(
  rows: VirtualRows,
  getRow: (index: number) => Row | undefined,
  { keyOf, keepsFirst, moved }: Steady<Row>,
): void {
  const stood = useRef<{ readonly index: number; readonly key: string } | null>(null);
  const of = useRef({ rows, keepsFirst, moved });
  of.current = { rows, keepsFirst, moved };
  // Before the browser paints: nobody sees the rows move.
  useLayoutEffect(() => {
    if (keyOf === undefined) return;
    const now = of.current;
    const top = now.rows.topIndex(now.keepsFirst);
    const was = stood.current;
    if (top === null || was === null || was.index !== top) return;
    const index = findRow(getRow, keyOf, was, now.moved);
    if (index !== null && index !== was.index) now.rows.keepPlace(index - was.index);
  }, [getRow, keyOf]);
  useLayoutEffect(() => {
    const index = of.current.rows.topIndex(true);
    const row = index === null ? undefined : getRow(index);
    stood.current =
      index === null || row === undefined || keyOf === undefined ? null : { index, key: keyOf(row) };
  });
}

/** One listener for all rows: which one an event is about. */
function withRow(event: MouseEvent, act: (index: number) => void): void {
  const row = event.target instanceof Element ? event.target.closest('[data-index]') : null;
  const index = Number(row?.getAttribute('data-index') ?? Number.NaN);
  if (Number.isInteger(index)) act(index);
}
