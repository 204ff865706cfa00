import { columnLabel, type SurveyedTable } from '../../src-main/contract';
import { unknown } from '../ui';
import { columnKey } from './draft';
import styles from './mapping-screen.module.css';
import { Scroll } from './sessions-preview';

export interface SampleRowsProps {
  readonly table: SurveyedTable;
  readonly tables: readonly SurveyedTable[];
  readonly onShow: (name: string) => void;
}

/** The first rows of a table as they stand in the file. */
export function SampleRows({ table, tables, onShow }: SampleRowsProps) {
  return (
    <div className={styles.part}>
      <div className={styles.partHead}>
        <h2>First rows</h2>
        {tables.length > 1 && (
          <select aria-label="Table" value={table.name} onChange={(event) => onShow(event.target.value)}>
            {tables.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
        <span className={styles.quiet}>as they stand in the file</span>
      </div>
      {table.rows.length === 0 ? (
        <p className={styles.unread}>The table has no row.</p>
      ) : (
        <Scroll label="First rows of the file">
          <table className={styles.grid}>
            <thead>
              <tr>
                {table.columns.map((column) => (
                  <th key={columnKey(column)} className={endOf(column.type)}>
                    {columnLabel({ column: column.column, path: [...column.path] })}
                    <span className={styles.type}>{column.type.toLowerCase()}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row, nth) => (
                // The file's own order is their only name.
                <tr key={nth}>
                  {table.columns.map((column, place) => (
                    <td
                      key={columnKey(column)}
                      className={endOf(column.type)}
                      title={row[place] ?? undefined}
                    >
                      {row[place] ?? <span className={styles.quiet}>{unknown}</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </div>
  );
}

const numbers = /^(?:u?(?:tiny|small|big|huge)?int|integer|number|numeric|decimal|real|float|double)/i;

/** Numbers end at one edge, whatever the file's engine calls their type. */
function endOf(type: string): string | undefined {
  return numbers.test(type) ? styles.end : undefined;
}
