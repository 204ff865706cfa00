import { useId } from 'react';
import {
  columnLabel,
  type FieldDefinition,
  type MappedField,
  type MappingKind,
  type MappingProblem,
  type SurveyedTable,
} from '../../src-main/contract';
import { cx, formatInteger } from '../ui';
import { columnKey, columnOf, fieldTaking, unitsOf } from './draft';
import styles from './mapping-screen.module.css';

export interface FieldRowProps {
  readonly name: string;
  readonly definition: FieldDefinition;
  readonly kind: MappingKind;
  readonly table: SurveyedTable;
  readonly field: MappedField | undefined;
  readonly problems: readonly MappingProblem[];
  readonly onChange: (field: MappedField | null) => void;
}

const unitNames = {
  dollars: 'dollars',
  cents: 'cents',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'µs',
  ns: 'ns',
} as const;
const roles = ['user', 'assistant', 'system', 'tool_use', 'tool_result'] as const;

/** A field, the column that it takes, the column's unit and some of its values, and what is wrong with them. */
export function FieldRow({ name, definition, kind, table, field, problems, onChange }: FieldRowProps) {
  const id = useId();
  const column = columnOf(table, field);
  const units = column === undefined ? [] : unitsOf(definition.type);
  const unit = field !== undefined && 'column' in field ? field.unit : undefined;
  const choose = (value: string): void => {
    const chosen = table.columns.find((one) => columnKey(one) === value);
    if (chosen !== undefined) onChange(fieldTaking(chosen, definition.type, field));
    else if (value.startsWith('=')) onChange({ value: value.slice(1) });
    else onChange(null);
  };
  const sample = column?.samples.join(' · ') ?? '';
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {definition.title}
      </label>
      <div className={styles.control}>
        <select
          id={id}
          className={cx(styles.column, problems.some(({ level }) => level === 'error') && styles.invalid)}
          value={chosenOf(field, column !== undefined)}
          aria-invalid={problems.length > 0 || undefined}
          aria-describedby={problems.length > 0 ? `${id}-problem` : undefined}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">{absent(name, kind)}</option>
          {field !== undefined && 'column' in field && column === undefined && (
            <option value="?">
              {field.column === '' ? 'Choose a column' : `${columnLabel(field)} (not in this file)`}
            </option>
          )}
          {definition.type === 'role' && (
            <optgroup label="The same for every row">
              {roles.map((role) => (
                <option key={role} value={`=${role}`}>
                  {`“${role}”`}
                </option>
              ))}
            </optgroup>
          )}
          <optgroup label="Columns">
            {table.columns.map((one) => (
              <option key={columnKey(one)} value={columnKey(one)}>
                {columnLabel({ column: one.column, path: [...one.path] })}
              </option>
            ))}
          </optgroup>
        </select>
        {units.length > 0 && (
          <select
            className={styles.unit}
            aria-label={`Unit of ${definition.title.toLowerCase()}`}
            value={unit ?? units[0]}
            onChange={(event) => {
              const chosen = units.find((one) => one === event.target.value);
              if (chosen !== undefined && field !== undefined && 'column' in field)
                onChange({ ...field, unit: chosen });
            }}
          >
            {units.map((one) => (
              <option key={one} value={one}>
                {unitNames[one]}
              </option>
            ))}
          </select>
        )}
        <span className={styles.sample} title={sample}>
          {column !== undefined && (sample === '' ? 'no value in the first rows' : sample)}
        </span>
      </div>
      {problems.length > 0 && (
        <div id={`${id}-problem`} className={styles.problems}>
          {problems.map(({ message, level, count }) => (
            <p key={message} className={styles[level]}>
              {count > 1 ? `${message} ${formatInteger(count)} of the first rows.` : message}
            </p>
          ))}
        </div>
      )}
    </div>
  );
}

function chosenOf(field: MappedField | undefined, isKnown: boolean): string {
  if (field === undefined) return '';
  if (!('column' in field)) return `=${field.value}`;
  return isKnown ? columnKey(field) : '?';
}

/** What it means that no column is chosen. */
function absent(name: string, kind: MappingKind): string {
  if (name !== 'session') return '–';
  return kind === 'session'
    ? 'Choose a column'
    : kind === 'span'
      ? 'The trace'
      : 'The whole file is one session';
}
