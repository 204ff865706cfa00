import { mkdir } from 'node:fs/promises';
import { Database, literal } from '../../duckdb';
import exportParquetSql from './export-parquet.sql?raw';
import quirksSql from './quirks.sql?raw';
import schemaSql from './schema.sql?raw';

/** For tests: Junjo's DuckDB file, with the quirks of real ones. The file must not exist. `sql` runs at the end. */
export async function makeJunjoDuckdb(file: string, sql?: string): Promise<void> {
  await using database = await Database.open({ path: file });
  await database.execute(schemaSql);
  await database.execute(quirksSql);
  if (sql !== undefined) await database.execute(sql);
  await database.execute('CHECKPOINT');
}

/** For tests: the same spans as Junjo's newer server keeps them, in folders by year and month. */
export async function exportJunjoParquet(file: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await using database = await Database.open({ path: file, readOnly: true });
  await database.execute(
    `COPY (${exportParquetSql}) TO ${literal(folder)} (FORMAT parquet, PARTITION_BY (year, month), OVERWRITE_OR_IGNORE)`,
  );
}
