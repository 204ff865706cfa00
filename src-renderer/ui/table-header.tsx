import { ArrowDown, ArrowUp } from 'lucide-react';
import { useRef } from 'react';
import { cx } from './cx';
import styles from './table.module.css';
import type { Column } from './table-column';

export interface HeaderProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sort?: { readonly id: string; readonly descending: boolean } | undefined;
  readonly onSort?: ((id: string) => void) | undefined;
  readonly onResizeColumn?: ((id: string, width: number) => void) | undefined;
}

export function TableHeader<Row>({ columns, sort, onSort, onResizeColumn }: HeaderProps<Row>) {
  return (
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
