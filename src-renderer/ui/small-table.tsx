import type { ReactNode } from 'react';
import styles from './small-table.module.css';

export interface SmallTableRow {
  readonly key: string;
  readonly name: ReactNode;
  /** All of the name, where it may be cut. */
  readonly title?: string;
  /** Figures, one a column after the first. */
  readonly cells: readonly ReactNode[];
}

export interface SmallTableProps {
  /** What the table is of; with it, a table that is too wide scrolls by keyboard too. */
  readonly label?: string;
  readonly caption?: string;
  readonly head: readonly string[];
  readonly rows: readonly SmallTableRow[];
}

/** A few rows that all stand in the page: a name, and figures. */
export function SmallTable({ label, caption, head, rows }: SmallTableProps) {
  const table = (
    <table className={styles.table}>
      {caption !== undefined && <caption>{caption}</caption>}
      <thead>
        <tr>
          {head.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, title, cells }) => (
          <tr key={key}>
            <th scope="row" title={title}>
              {name}
            </th>
            {cells.map((cell, nth) => (
              <td key={head[nth + 1]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
  if (label === undefined) return table;
  return (
    <section className={styles.box} tabIndex={0} aria-label={label}>
      {table}
    </section>
  );
}
