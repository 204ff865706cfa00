import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
} from 'react';
import { cx } from './cx';
import styles from './table.module.css';
import { type ScrollPlace, useVirtualRows } from './use-virtual-rows';
import type { RowRange } from './virtual-scroll';

export interface Column<Row> {
  readonly id: string;
  readonly title: ReactNode;
  /** px; columns that `grow` share what is left beyond their widths, in these parts. */
  readonly width: number;
  readonly grow?: number;
  readonly align?: 'start' | 'end';
  readonly sortable?: boolean;
  readonly render: (row: Row, index: number) => ReactNode;
}

export interface Pressed {
  readonly shift: boolean;
  readonly toggle: boolean;
}

export interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rowCount: number;
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
  readonly place?: ScrollPlace;
  readonly onScrolled?: (place: ScrollPlace) => void;
  readonly stale?: boolean;
  readonly multiselectable?: boolean;
  /** Without a header row: the one column says what it is by itself. */
  readonly headless?: boolean;
}

const headerPx = 30;

/**
 * The grid of the application: virtual rows under a fixed header, a true scrollbar for any number of them, one tab stop, arrows and
 * j/k inside.
 */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rowCount, getRow, rowHeight = 32, onRange, activeIndex = null } = props;
  const { onActivate, onOpen, isSelected, onContextRow, stale } = props;
  const id = useId();
  const headless = props.headless === true;
  const rows = useVirtualRows({
    count: rowCount,
    rowHeight,
    headerHeight: headless ? 0 : headerPx,
    ...(props.place === undefined ? {} : { place: props.place }),
    ...(props.onScrolled === undefined ? {} : { onScrolled: props.onScrolled }),
  });
  const { first, end } = rows.range;

  // Tells the owner which rows are seen, so that it loads their pages.
  const told = useRef(onRange);
  told.current = onRange;
  useEffect(() => told.current?.({ first, end }), [first, end]);

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

  const onRowClick = (index: number, event: MouseEvent): void =>
    onActivate?.(index, { shift: event.shiftKey, toggle: event.ctrlKey || event.metaKey });

  const template = columns
    .map(({ width, grow }) => (grow === undefined ? `${width}px` : `minmax(${width}px, ${grow}fr)`))
    .join(' ');
  const least = columns.reduce((sum, { width }) => sum + width, 0);
  const activeShown = activeIndex !== null && activeIndex >= first && activeIndex < end;

  const style: CSSProperties & Record<`--${string}`, string> = {
    '--columns': template,
    '--row-height': `${rowHeight}px`,
    '--least': `${least}px`,
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element
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
      {!headless && <Header {...props} />}
      <div className={styles.track} style={{ height: rows.trackHeight }} role="presentation">
        {Array.from({ length: end - first }, (_, nth) => {
          const index = first + nth;
          const row = getRow(index);
          const selected = row !== undefined && isSelected?.(row, index) === true;
          return (
            // biome-ignore lint/a11y/useFocusableInteractive: the grid is the tab stop, aria-activedescendant points here
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys
            // biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element
            <div
              key={index}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + (headless ? 1 : 2)}
              aria-selected={isSelected === undefined ? undefined : selected}
              className={cx(styles.row, selected && styles.selected, index === activeIndex && styles.active)}
              style={{ transform: `translateY(${rows.offsetOf(index)}px)` }}
              onClick={(event) => onRowClick(index, event)}
              onDoubleClick={() => onOpen?.(index)}
              onContextMenu={() => onContextRow?.(index)}
            >
              {columns.map((column) => (
                // biome-ignore lint/a11y/useFocusableInteractive: cells are read, the row is what is acted on
                // biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element
                <div
                  key={column.id}
                  role="gridcell"
                  className={cx(styles.cell, column.align === 'end' && styles.end)}
                >
                  {row === undefined ? <span className={styles.placeholder} /> : column.render(row, index)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Header<Row>({ columns, sort, onSort, onResizeColumn }: TableProps<Row>) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid is the tab stop
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element
    <div className={styles.header} role="row" aria-rowindex={1}>
      {columns.map((column) => (
        <HeaderCell
          key={column.id}
          column={column}
          sorted={sort?.id === column.id ? (sort.descending ? 'descending' : 'ascending') : undefined}
          {...(onSort === undefined ? {} : { onSort })}
          {...(onResizeColumn === undefined ? {} : { onResize: onResizeColumn })}
        />
      ))}
    </div>
  );
}

interface HeaderCellProps<Row> {
  readonly column: Column<Row>;
  readonly sorted: 'ascending' | 'descending' | undefined;
  readonly onSort?: (id: string) => void;
  readonly onResize?: (id: string, width: number) => void;
}

function HeaderCell<Row>({ column, sorted, onSort, onResize }: HeaderCellProps<Row>) {
  const cell = useRef<HTMLDivElement>(null);
  const sortable = column.sortable === true && onSort !== undefined;
  const inner = (
    <>
      <span className={styles.headerText}>{column.title}</span>
      {sorted === 'descending' && <ArrowDown size={12} aria-hidden />}
      {sorted === 'ascending' && <ArrowUp size={12} aria-hidden />}
    </>
  );
  const startResize = (event: React.PointerEvent<HTMLSpanElement>): void => {
    const width = cell.current?.offsetWidth ?? column.width;
    const startX = event.clientX;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const onMove = (moved: PointerEvent): void =>
      onResize?.(column.id, Math.max(48, Math.round(width + moved.clientX - startX)));
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', onMove), {
      once: true,
    });
  };
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: its button is
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be a table element
    <div
      ref={cell}
      role="columnheader"
      aria-sort={sortable ? (sorted ?? 'none') : undefined}
      className={cx(
        styles.headerCell,
        column.align === 'end' && styles.end,
        sorted !== undefined && styles.sorted,
      )}
    >
      {sortable ? (
        <button type="button" className={styles.sort} onClick={() => onSort(column.id)}>
          {inner}
        </button>
      ) : (
        <span className={styles.sort}>{inner}</span>
      )}
      {onResize !== undefined && <span className={styles.grip} aria-hidden onPointerDown={startResize} />}
    </div>
  );
}
