import { identifier, literal } from '../../duckdb';
import {
  type FieldType,
  fieldsOf,
  type MappedColumn,
  type MappedField,
  type MappingEntry,
} from '../../model';
import type { ColumnType, OpenTable, RowRange } from '../duckdb';
import {
  constantSql,
  type FieldSql,
  fieldSql,
  isWholeSql,
  type RawValue,
  rawOf,
  textOf,
} from './expressions';
import type { RawTable } from './raw-tables';
import { pathOf } from './record-sql';

/** Columns under their own names. */
export type Declared = Readonly<Record<string, ColumnType>>;

const TYPES: Readonly<Record<FieldType, ColumnType>> = {
  text: 'VARCHAR',
  json: 'VARCHAR',
  role: 'VARCHAR',
  event: 'VARCHAR',
  status: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  money: 'DOUBLE',
  duration: 'DOUBLE',
  boolean: 'BOOLEAN',
  time: 'TIMESTAMP',
};

/** The columns of an entry's table: each field of its kind, what did not fit of it, and the columns that no field takes. */
export function declaredFields(entry: MappingEntry): Declared {
  const declared: Record<string, ColumnType> = { rest: 'VARCHAR', is_whole_cost: 'BOOLEAN' };
  for (const [name, { type }] of fieldsOf(entry.kind)) {
    declared[name] = TYPES[type];
    declared[`lost_${name}`] = 'BOOLEAN';
    declared[`text_${name}`] = 'VARCHAR';
  }
  return declared;
}

/** One entry's rows: a table of the file with each field as a column. Its rows keep the places that they have in the file. */
export class EntryTable implements OpenTable {
  readonly name: string;
  readonly relation: string;
  readonly columns: OpenTable['columns'];
  readonly end: number;

  constructor(
    readonly raw: RawTable,
    private readonly items: string,
    declared: Declared,
  ) {
    this.name = raw.name;
    this.end = raw.table.end;
    this.columns = new Map(Object.entries(declared).map(([name, type]) => [name, { name, type }]));
    this.relation = this.rangeSql({ first: 0, last: Math.max(0, this.end - 1) });
  }

  rangeSql(range: RowRange): string {
    const rows = this.raw.table.rangeSql(range);
    return `(SELECT ${this.items}, row_key FROM ${rows}${this.raw.isRecord ? ' WHERE is_object' : ''})`;
  }

  rangeFrom(first: number, size: number): RowRange {
    return this.raw.table.rangeFrom(first, size);
  }
}

/** `rest`: the columns of the table that no entry takes, as JSON, unless another entry has it. */
export function selectOf(
  entry: MappingEntry,
  raw: RawTable,
  options: { readonly used: readonly MappedColumn[]; readonly hasRest: boolean },
): string {
  const items: string[] = [];
  const rawValueOf = (field: MappedColumn): RawValue | undefined => {
    if (raw.isRecord) {
      const found = raw.paths.get(pathOf(field));
      return found === undefined ? undefined : { sql: found, type: 'VARCHAR' };
    }
    const type = raw.columns.get(field.column);
    return type === undefined ? undefined : rawOf(field, type);
  };
  let isWhole = 'NULL';
  for (const [name, { type }] of fieldsOf(entry.kind)) {
    const field = entry.fields[name];
    const found = field === undefined ? undefined : sqlOf(type, field, rawValueOf);
    const sql = found ?? { value: 'NULL', lost: 'NULL', text: 'NULL', whole: 'NULL' };
    if (name === 'cost') isWhole = sql.whole;
    items.push(
      `CAST(${sql.value} AS ${TYPES[type]}) AS ${identifier(name)}`,
      `CAST(${sql.lost} AS BOOLEAN) AS ${identifier(`lost_${name}`)}`,
      `CAST(${sql.text} AS VARCHAR) AS ${identifier(`text_${name}`)}`,
    );
  }
  items.push(`CAST(${options.hasRest ? restSql(raw, options.used) : 'NULL'} AS VARCHAR) AS rest`);
  items.push(`CAST(${isWhole} AS BOOLEAN) AS is_whole_cost`);
  return items.join(', ');
}

function sqlOf(
  type: FieldType,
  field: MappedField,
  rawValueOf: (field: MappedColumn) => RawValue | undefined,
): (FieldSql & { readonly whole: string }) | undefined {
  if ('value' in field)
    return { value: constantSql(type, field.value), lost: 'false', text: 'NULL', whole: 'NULL' };
  const raw = rawValueOf(field);
  if (raw === undefined) return undefined;
  const whole = type === 'money' && field.unit === 'cents' ? isWholeSql(raw) : 'false';
  return { ...fieldSql(type, field, raw), whole };
}

/** Nothing is dropped: what no field takes is kept as JSON. */
function restSql(raw: RawTable, used: readonly MappedColumn[]): string {
  if (raw.isRecord) return 'rest';
  const whole = new Set(used.filter(({ path = [] }) => path.length === 0).map(({ column }) => column));
  const left = [...raw.columns].filter(([name]) => !whole.has(name));
  if (left.length === 0) return 'NULL';
  const pairs = left.map(([name, type]) => {
    const value = type === 'BLOB' ? textOf({ sql: identifier(name), type }) : identifier(name);
    return `${literal(name)}, ${value}`;
  });
  // Merging leaves out what is NULL.
  return `nullif(CAST(json_merge_patch('{}', json_object(${pairs.join(', ')})) AS VARCHAR), '{}')`;
}
