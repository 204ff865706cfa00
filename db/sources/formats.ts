import { duckdbFile, type TableFormat } from './duckdb';
import { guixu } from './guixu';
import { junjoDuckdb } from './junjo-duckdb';
import { opencode } from './opencode';
import { canonicalTables, parquetFiles } from './parquet';
import { pidginDuckdb } from './pidgin-duckdb';
import { pidginSqlite } from './pidgin-sqlite';
import { sqld } from './sqld';
import { stepscopeParquet } from './stepscope-parquet';
import { tracingV2 } from './tracing-v2';
import { tracingV3 } from './tracing-v3';
import type { SourceFormat } from './types';

/** Schemas of tables, in DuckDB files and in Parquet files, in the order they are asked. A new one is a folder and a line here. */
const tableFormats: readonly TableFormat[] = [tracingV2, pidginDuckdb, junjoDuckdb, guixu, canonicalTables];

/**
 * Formats that are databases, tables or folders as a whole, in the order they are asked; documents (`document-formats.ts`) come after them.
 * A new one is a folder and a line here.
 */
export const formats: readonly SourceFormat[] = [
  tracingV3,
  sqld,
  opencode,
  pidginSqlite,
  stepscopeParquet,
  duckdbFile(tableFormats),
  parquetFiles(tableFormats),
];
