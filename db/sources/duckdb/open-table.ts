import { identifier, literal } from '../../duckdb';
import type { FoundColumn, FoundTable } from './table-format';

/** A run of rows by their place in the table, both ends included. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

/** A table of an opened database or of Parquet files. Rows have places from 0 to `end`; a place may be empty (a deleted row). */
export interface OpenTable extends FoundTable {
  readonly end: number;
  /** FROM (…): the rows of a range with `row_key`, their place. */
  rangeSql(range: RowRange): string;
  /** The longest range from `first` on that is not longer than `size` and ends where reading can cheaply begin again. */
  rangeFrom(first: number, size: number): RowRange;
}

/** A table of the attached database. Its rows are stored in groups of 122,880, which DuckDB skips by their row ids. */
export class StoredTable implements OpenTable {
  readonly relation: string;

  constructor(
    place: { readonly catalog: string; readonly schema: string; readonly name: string },
    readonly columns: ReadonlyMap<string, FoundColumn>,
    readonly end: number,
  ) {
    this.name = place.name;
    this.relation = [place.catalog, place.schema, place.name].map(identifier).join('.');
  }

  readonly name: string;

  rangeSql({ first, last }: RowRange): string {
    return `(SELECT *, rowid AS row_key FROM ${this.relation} WHERE rowid BETWEEN ${first} AND ${last})`;
  }

  rangeFrom(first: number, size: number): RowRange {
    return { first, last: Math.min(this.end, nextMultiple(first, size)) - 1 };
  }
}

export interface ParquetFile {
  readonly path: string;
  readonly rows: number;
}

/** Parquet files of one table, as if one after the other. Row groups are skipped by the row's number in its file. */
export class ParquetTable implements OpenTable {
  readonly end: number;
  readonly relation: string;
  private readonly starts: readonly number[];

  constructor(
    readonly name: string,
    readonly files: readonly ParquetFile[],
    readonly columns: ReadonlyMap<string, FoundColumn>,
  ) {
    const starts: number[] = [];
    let end = 0;
    for (const { rows } of files) {
      starts.push(end);
      end += rows;
    }
    this.starts = starts;
    this.end = end;
    this.relation = this.rangeSql({ first: 0, last: Math.max(0, end - 1) });
  }

  rangeSql({ first, last }: RowRange): string {
    const from = this.fileAt(first);
    const to = this.fileAt(last);
    const files = this.files.slice(from, to + 1).map(({ path }) => literal(path));
    const start = this.starts[from] ?? 0;
    const read = `read_parquet([${files.join(', ')}], file_row_number = true, filename = '__file', union_by_name = true)`;
    if (from === to) {
      return `(SELECT * EXCLUDE (file_row_number, __file), ${start} + file_row_number AS row_key
        FROM ${read} WHERE file_row_number BETWEEN ${first - start} AND ${last - start})`;
    }
    const starts = this.starts.slice(from, to + 1);
    return `(SELECT * FROM (SELECT * EXCLUDE (file_row_number, __file),
        [${starts.join(', ')}][list_position([${files.join(', ')}], __file)] + file_row_number AS row_key FROM ${read})
      WHERE row_key BETWEEN ${first} AND ${last})`;
  }

  /** A part of one file, or several whole files. */
  rangeFrom(first: number, size: number): RowRange {
    const limit = Math.min(this.end, nextMultiple(first, size));
    const at = this.fileAt(first);
    const endOf = (file: number) => this.starts[file + 1] ?? this.end;
    let to = at;
    if (limit < endOf(at)) return { first, last: limit - 1 };
    if (first === this.starts[at]) while (to + 1 < this.files.length && endOf(to + 1) <= limit) to += 1;
    return { first, last: endOf(to) - 1 };
  }

  /** The file that has this row. */
  private fileAt(row: number): number {
    let low = 0;
    let high = this.files.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Ranges of one size begin at its multiples, so that they keep to the groups that rows are stored in. */
function nextMultiple(row: number, size: number): number {
  return (Math.floor(row / size) + 1) * size;
}
