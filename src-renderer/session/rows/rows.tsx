import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { type RawTable, rawTable } from '../../../src-main/contract';
import {
  Async,
  Button,
  cx,
  EmptyState,
  formatInteger,
  JsonView,
  Segments,
  Skeleton,
  useCopy,
} from '../../ui';
import { sessionRows } from '../queries';
import { type SessionView, useSessionRef } from '../session-context';
import { keepCell, moveAmongCells } from './cell-keys';
import styles from './rows.module.css';

type Cell = string | number | boolean | null;

interface Chosen {
  readonly row: number;
  readonly column: string;
  readonly value: Cell;
}

/** As many as a tall window shows: a hundred rows are 2,700 cells, and to lay them out takes the browser 110 ms. */
const pageSize = 50;

/** The canonical rows of the session as they are, by table. */
export function Rows({ search, change }: SessionView) {
  const ref = useSessionRef();
  const table: RawTable = search.table ?? 'events';
  const offset = search.offset ?? 0;
  const rows = useQuery(sessionRows(ref, table, { offset, limit: pageSize }));
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const show = (next: Partial<{ table: RawTable; offset: number }>) => {
    setChosen(null);
    change({ offset: undefined, ...next });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || chosen === null) return;
    setChosen(null);
    event.preventDefault();
  };
  const total = rows.data?.total ?? 0;
  const end = Math.min(total, offset + pageSize);
  return (
    <div className={styles.rows} onKeyDown={onKeyDown}>
      <div className={styles.bar}>
        <Segments
          legend="Table"
          mono
          names={rawTable.options}
          chosen={table}
          onChoose={(name) => show({ table: name })}
        />
        <span className={styles.space} />
        <span className={styles.place}>
          {total === 0
            ? '0 rows'
            : `${formatInteger(offset + 1)} to ${formatInteger(end)} of ${formatInteger(total)}`}
        </span>
        <Button
          size="small"
          disabled={offset === 0}
          onClick={() => show({ offset: Math.max(0, offset - pageSize) })}
        >
          Previous
        </Button>
        <Button size="small" disabled={end >= total} onClick={() => show({ offset: offset + pageSize })}>
          Next
        </Button>
      </div>
      <section className={styles.scroll} tabIndex={0} aria-label={`Rows of ${table}`}>
        <Async
          query={rows}
          skeleton={<Skeleton lines={12} height={26} />}
          isEmpty={(data) => data.rows.length === 0}
          empty={<EmptyState title={`No rows in ${table}`}>This session has none in this table.</EmptyState>}
        >
          {(data) => (
            <table className={styles.table} onKeyDown={moveAmongCells} onFocus={keepCell}>
              <thead>
                <tr>
                  <th scope="col" className={styles.number}>
                    #
                  </th>
                  {data.columns.map(({ name, type }) => (
                    <th scope="col" key={name} className={cx(isNumeric(type) && styles.number)}>
                      {name} <small>{type.toLowerCase()}</small>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.rows.map((cells, row) => (
                  <tr key={offset + row}>
                    <th scope="row" className={styles.number}>
                      {formatInteger(offset + row + 1)}
                    </th>
                    {data.columns.map(({ name, type }, at) => {
                      const value = cells[at] ?? null;
                      return (
                        <td key={name} className={cx(isNumeric(type) && styles.number)}>
                          <button
                            type="button"
                            tabIndex={row === 0 && at === 0 ? 0 : -1}
                            className={cx(styles.cell, value === null && styles.null)}
                            aria-pressed={chosen?.row === offset + row && chosen.column === name}
                            onClick={() => setChosen({ row: offset + row, column: name, value })}
                          >
                            {cellText(value)}
                          </button>
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Async>
      </section>
      {chosen !== null && <CellView chosen={chosen} table={table} onClose={() => setChosen(null)} />}
    </div>
  );
}

/** Figures end under each other, whether a row has one or not. */
function isNumeric(type: string): boolean {
  return /^(u?(tiny|small|big|huge)?int|int|double|float|decimal)/i.test(type);
}

function cellText(value: Cell): string {
  if (value === null) return 'NULL';
  if (value === '') return "''";
  const text = String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text.replaceAll('\n', '⏎');
}

interface CellViewProps {
  readonly chosen: Chosen;
  readonly table: string;
  readonly onClose: () => void;
}

/** One value in full, JSON as a tree. */
function CellView({ chosen, table, onClose }: CellViewProps) {
  const { copied, copy } = useCopy();
  const text = chosen.value === null ? 'NULL' : String(chosen.value);
  return (
    <aside className={styles.viewer} aria-label="Value">
      <div className={styles.viewerHead}>
        <strong>
          {table}.{chosen.column}
        </strong>
        <span>row {formatInteger(chosen.row + 1)}</span>
        <Button size="small" disabled={chosen.value === null} onClick={() => copy(text)}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
        <Button size="small" onClick={onClose}>
          Close
        </Button>
      </div>
      {chosen.value === null ? (
        <p className={styles.null}>NULL: not recorded</p>
      ) : (
        <JsonView text={text} label={`${table}.${chosen.column}`} openDepth={2} maxHeight={220} />
      )}
    </aside>
  );
}
