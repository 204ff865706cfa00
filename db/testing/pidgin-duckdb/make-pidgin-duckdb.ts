import { Database } from '../../duckdb';
import quirksSql from './quirks.sql?raw';
import schemaSql from './schema.sql?raw';

export interface PidginDuckdbOptions {
  /** Leaves the quirks out. */
  readonly isPlain?: boolean;
  /** More SQL, run at the end. */
  readonly sql?: string;
}

/** For tests: an `experiments.duckdb` as Pidgin writes it, with the quirks of real ones. The file must not exist. */
export async function makePidginDuckdb(file: string, options: PidginDuckdbOptions = {}): Promise<void> {
  await using database = await Database.open({ path: file });
  await database.execute(schemaSql);
  if (options.isPlain !== true) await database.execute(quirksSql);
  if (options.sql !== undefined) await database.execute(options.sql);
  await database.execute('CHECKPOINT');
}
