/**
 * Tables that others wrote with DuckDB, or as Parquet. A *table format* is a schema: how to recognise it and the SQL that gives canonical
 * rows. A *table database* is a private DuckDB instance with the file attached read-only; a *range* of rows is read at a time.
 */
export { duckdbFile } from './duckdb-file';
export { damagedTables, fileFailure } from './errors';
export { markReading } from './marks';
export { type OpenTable, type ParquetFile, ParquetTable, type RowRange, StoredTable } from './open-table';
export { findDamage } from './survey';
export { attachTables, TableDatabase } from './table-database';
export type {
  ColumnType,
  DeclaredTable,
  FoundColumn,
  FoundTables,
  RowMaker,
  TableFormat,
  TableRead,
} from './table-format';
export { readOf } from './table-format';
export { type TablePlace, TableSource } from './table-source';
