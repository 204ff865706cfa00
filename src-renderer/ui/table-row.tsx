import { memo } from 'react';
import { cx } from './cx';
import styles from './table.module.css';
import type { Column } from './table-column';

export interface TableRowProps<Row> {
  readonly id: string;
  readonly index: number;
  readonly ariaIndex: number;
  /** Undefined: not there yet, a placeholder is drawn. */
  readonly row: Row | undefined;
  readonly columns: readonly Column<Row>[];
  /** px from the top of the track. */
  readonly offset: number;
  /** Undefined: nothing here can be selected. */
  readonly selected: boolean | undefined;
  readonly active: boolean;
}

function DrawnRow<Row>(props: TableRowProps<Row>) {
  const { index, row, columns, selected } = props;
  return (
    <div
      id={props.id}
      data-index={index}
      role="row"
      aria-rowindex={props.ariaIndex}
      aria-selected={selected}
      className={cx(styles.row, selected === true && styles.selected, props.active && styles.active)}
      style={{ transform: `translateY(${props.offset}px)` }}
    >
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          className={column.align === 'end' ? `${styles.cell} ${styles.end}` : styles.cell}
        >
          {row === undefined ? <span className={styles.placeholder} /> : column.render(row, index)}
        </div>
      ))}
    </div>
  );
}

/** One row, drawn again only when something of it changed. `memo` forgets that its component is generic. */
export const TableRow = memo(DrawnRow) as typeof DrawnRow;
