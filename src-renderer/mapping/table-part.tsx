import { Plus } from 'lucide-react';
import type { Mapping, MappingProblem, SurveyedTable } from '../../src-main/contract';
import { mappingKind } from '../../src-main/contract';
import { plural } from '../ui';
import { kindTitles, withNewEntry } from './draft';
import { EntryCard } from './entry-card';
import styles from './mapping-screen.module.css';

export interface TablePartProps {
  readonly table: SurveyedTable;
  readonly draft: Mapping;
  readonly problems: readonly MappingProblem[];
  /** The file's one table needs no name. */
  readonly isOnly: boolean;
  readonly onChange: (draft: Mapping) => void;
  readonly onShow: () => void;
}

/** A table of the file and what its rows are read as: nothing, one kind of thing, or several. */
export function TablePart({ table, draft, problems, isOnly, onChange, onShow }: TablePartProps) {
  const entries = draft.entries.flatMap((entry, nth) => (entry.table === table.name ? [{ entry, nth }] : []));
  const title = isOnly ? 'Rows' : table.name;
  const add = (kind: string): void => {
    const parsed = mappingKind.safeParse(kind);
    if (parsed.success) onChange(withNewEntry(draft, table.name, parsed.data));
    onShow();
  };
  return (
    <section className={styles.table} aria-label={title} onFocus={onShow}>
      <div className={styles.tableHead}>
        <h2 title={table.name}>{title}</h2>
        <span className={styles.quiet}>{plural(table.columns.length, 'column')}</span>
        <label className={styles.add}>
          <Plus size={13} aria-hidden />
          <select aria-label={`Read ${title} also as`} value="" onChange={(event) => add(event.target.value)}>
            <option value="">{entries.length === 0 ? 'Read as…' : 'Also as…'}</option>
            {mappingKind.options.map((kind) => (
              <option key={kind} value={kind}>
                {kindTitles[kind]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {entries.length === 0 && <p className={styles.unread}>Not read</p>}
      {entries.map(({ entry, nth }) => (
        <EntryCard
          // Entries have no name of their own; their places change only when one is taken away.
          key={nth}
          table={table}
          entry={entry}
          nth={nth}
          problems={problems.filter((problem) => problem.entry === nth)}
          draft={draft}
          onChange={onChange}
        />
      ))}
    </section>
  );
}
