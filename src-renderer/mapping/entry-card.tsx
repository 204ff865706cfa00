import { X } from 'lucide-react';
import {
  fieldsOf,
  type Mapping,
  type MappingEntry,
  type MappingProblem,
  mappingKind,
  type SurveyedTable,
} from '../../src-main/contract';
import { IconButton } from '../ui';
import { kindTitles, shownFields, unshownFields, withField, withKind, withoutEntry } from './draft';
import { FieldRow } from './field-row';
import styles from './mapping-screen.module.css';

export interface EntryCardProps {
  readonly table: SurveyedTable;
  readonly entry: MappingEntry;
  /** Its place among the mapping's entries. */
  readonly nth: number;
  readonly problems: readonly MappingProblem[];
  readonly draft: Mapping;
  readonly onChange: (draft: Mapping) => void;
}

/** One reading of a table: each row is a session, a step, an event, a message or a span. */
export function EntryCard({ table, entry, nth, problems, draft, onChange }: EntryCardProps) {
  const fields = fieldsOf(entry.kind);
  const title = kindTitles[entry.kind];
  const unshown = unshownFields(entry);
  const [first] = table.columns;
  const addField = (name: string): void => {
    const free = table.columns.find(({ path }) => path.length === 0) ?? first;
    if (free === undefined || !fields.has(name)) return;
    onChange(withField(draft, nth, { name, field: { column: '' } }));
  };
  return (
    <fieldset className={styles.entry} aria-label={`${title} of ${table.name}`}>
      <div className={styles.entryHead}>
        <span className={styles.quiet}>Each row is one of the</span>
        <select
          className={styles.kind}
          aria-label="What each row is"
          value={entry.kind}
          onChange={(event) => {
            const kind = mappingKind.safeParse(event.target.value);
            if (kind.success) onChange(withKind(draft, nth, kind.data));
          }}
        >
          {mappingKind.options.map((kind) => (
            <option key={kind} value={kind}>
              {kindTitles[kind].toLowerCase()}
            </option>
          ))}
        </select>
        <span className={styles.space} />
        <IconButton
          label={`Do not read as ${title.toLowerCase()}`}
          onClick={() => onChange(withoutEntry(draft, nth))}
        >
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      {problems
        .filter(({ field }) => field === null)
        .map(({ message }) => (
          <p key={message} className={styles.error} role="alert">
            {message}
          </p>
        ))}
      <div className={styles.fields}>
        {shownFields(entry).map((name) => {
          const definition = fields.get(name);
          if (definition === undefined) return null;
          return (
            <FieldRow
              key={name}
              name={name}
              definition={definition}
              kind={entry.kind}
              table={table}
              field={entry.fields[name]}
              problems={problems.filter(({ field }) => field === name)}
              onChange={(field) => onChange(withField(draft, nth, { name, field }))}
            />
          );
        })}
      </div>
      {unshown.length > 0 && (
        <select
          className={styles.more}
          aria-label={`Add a field to ${title.toLowerCase()}`}
          value=""
          onChange={(event) => addField(event.target.value)}
        >
          <option value="">Add a field…</option>
          {unshown.map((name) => (
            <option key={name} value={name}>
              {fields.get(name)?.title}
            </option>
          ))}
        </select>
      )}
    </fieldset>
  );
}
