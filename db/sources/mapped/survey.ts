import { createHash } from 'node:crypto';
import type { MappedKind, MappedSchema } from '../../model';

/** What a file of an unknown schema holds: its tables and columns, and some rows of each. */
export interface Survey {
  readonly kind: MappedKind;
  readonly path: string;
  readonly tables: readonly SurveyedTable[];
  /** How the file was understood: its separator, its encoding. */
  readonly notes: readonly string[];
}

export interface SurveyedTable {
  readonly name: string;
  readonly columns: readonly SurveyedColumn[];
  /** A few rows, by the place of the column; null: no value. Long texts are cut. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** A column, or a path in the JSON of one. */
export interface SurveyedColumn {
  readonly column: string;
  readonly path: readonly string[];
  /** DuckDB's or SQLite's own; of JSON, and of texts, what the sample looks like. */
  readonly type: string;
  /** Distinct values of the sample, the first ones first. Long texts are cut. */
  readonly samples: readonly string[];
  readonly sampled: number;
  readonly nulls: number;
  readonly distinct: number;
}

/** What files must have in common for a mapping to fit them. A column of JSON counts with its keys. */
export function schemaOf({ kind, tables }: Survey): MappedSchema {
  return {
    kind,
    tables: tables.map(({ name, columns }) => ({
      name,
      // What a CSV's or JSON's value looks like differs from file to file, and so do the paths inside a column.
      columns: uniqueColumns(columns).map((column) => ({
        name: column.column,
        type: kind === 'csv' || kind === 'json' ? 'text' : column.type,
      })),
    })),
  };
}

function uniqueColumns(columns: readonly SurveyedColumn[]): SurveyedColumn[] {
  const seen = new Map<string, SurveyedColumn>();
  for (const column of columns) {
    const before = seen.get(column.column);
    if (before === undefined || (before.path.length > 0 && column.path.length === 0))
      seen.set(column.column, column);
  }
  return [...seen.values()];
}

/** The same for files of the same tables, columns and types, in whatever order. */
export function fingerprintOf({ kind, tables }: MappedSchema): string {
  const text = tables
    .map(({ name, columns }) => [
      name,
      columns
        .map((column) => [column.name, column.type])
        .sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0)),
    ])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([kind, text]))
    .digest('hex')
    .slice(0, 32);
}
