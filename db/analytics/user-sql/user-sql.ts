import { type DuckDBConnection, StatementType } from '@duckdb/node-api';
import { z } from 'zod';
import {
  Connection,
  identifier,
  literal,
  type RowStream,
  statement,
  translateNativeError,
} from '../../duckdb';
import { ExpectedError } from '../../model';
import attachedFilesSql from './attached-files.sql?raw';
import mirrorsWithFilesSql from './mirrors-with-files.sql?raw';
import { Stopwatch } from './stopwatch';

export interface UserSqlLimits {
  readonly signal: AbortSignal;
  /** How long DuckDB may work on it; the time that the reader of the rows takes does not count. */
  readonly limitMs: number;
}

/** Runs one statement at a time; disposing ends what is left of it. */
export interface UserSql extends AsyncDisposable {
  stream(sql: string, limits: UserSqlLimits): Promise<RowStream>;
}

const attachedFiles = statement({
  name: 'user-sql.attached-files',
  sql: attachedFilesSql,
  params: z.object({}),
  row: z.object({ catalog: z.string(), path: z.string() }),
});

const mirrorsWithFiles = statement({
  name: 'user-sql.mirrors-with-files',
  sql: mirrorsWithFilesSql,
  params: z.object({}),
  row: z.object({ catalog: z.string() }),
});

/**
 * Shuts a DuckDB instance in for good and gives it to a user's SQL: files attached read-only and those that their rows lie in, no other file, no
 * network, no extension, no setting can be reached. There is no way back, so only a process that reads no source any more may do it.
 */
export async function lockForUserSql(native: DuckDBConnection): Promise<UserSql> {
  const connection = new Connection(native, () => native.closeSync());
  for (const { catalog, path } of await connection.run(attachedFiles, {})) {
    await connection.execute(`DETACH ${identifier(catalog)}`);
    await connection.execute(`ATTACH ${literal(path)} AS ${identifier(catalog)} (READ_ONLY)`);
  }
  const files = (await filesOfRows(connection)).map(literal).join(', ');
  await connection.execute(`SET GLOBAL allowed_paths = [${files}]`);
  await connection.execute('SET GLOBAL enable_external_access = false');
  await connection.execute('SET GLOBAL lock_configuration = true');
  return new LockedSql(connection);
}

/** What the views of mirrors read. */
async function filesOfRows(connection: Connection): Promise<string[]> {
  const files: string[] = [];
  for (const { catalog } of await connection.run(mirrorsWithFiles, {})) {
    const listed = statement({
      name: 'user-sql.files-of-rows',
      sql: `SELECT file FROM ${identifier(catalog)}.main.kept_files ORDER BY file`,
      params: z.object({}),
      row: z.object({ file: z.string() }),
    });
    files.push(...(await connection.run(listed, {})).map(({ file }) => file));
  }
  return files;
}

class LockedSql implements UserSql {
  private isInTransaction = false;

  constructor(private readonly connection: Connection) {}

  async stream(sql: string, limits: UserSqlLimits): Promise<RowStream> {
    const stopwatch = new Stopwatch(limits.limitMs);
    const options = {
      signal: AbortSignal.any([limits.signal, stopwatch.signal]),
      context: { userSql: sql },
    };
    const timed = async <T>(work: () => Promise<T>): Promise<T> => {
      stopwatch.start();
      try {
        return await work();
      } catch (error) {
        throw stopwatch.signal.aborted && !limits.signal.aborted ? tookTooLong(limits.limitMs, error) : error;
      } finally {
        stopwatch.stop();
      }
    };
    await this.checkKind(sql);
    if (this.isInTransaction) await this.connection.execute('ROLLBACK');
    await this.connection.execute('BEGIN TRANSACTION READ ONLY');
    this.isInTransaction = true;
    const { columns, batches } = await timed(() => this.connection.stream(sql, {}, options));
    const rows = batches[Symbol.asyncIterator]();
    async function* timedBatches() {
      try {
        for (
          let next = await timed(() => rows.next());
          next.done !== true;
          next = await timed(() => rows.next())
        )
          yield next.value;
      } finally {
        await rows.return?.();
      }
    }
    return { columns, batches: timedBatches() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
  }

  /** Only what reads. The read-only transaction and files refuse the rest too; this says it in a sentence. */
  private async checkKind(sql: string): Promise<void> {
    const kind = await statementKind(this.connection.native, sql);
    if (kind === StatementType.SELECT || kind === StatementType.EXPLAIN) return;
    throw new ExpectedError(
      'QUERY_INVALID',
      `Only statements that read can run, this one is ${StatementType[kind]}.`,
      { action: 'Write it as a SELECT.' },
    );
  }
}

async function statementKind(native: DuckDBConnection, sql: string): Promise<StatementType> {
  try {
    const prepared = await native.prepare(sql);
    const kind = prepared.statementType;
    prepared.destroySync();
    return kind;
  } catch (error) {
    throw translateNativeError(error, { userSql: sql });
  }
}

function tookTooLong(limitMs: number, cause: unknown): ExpectedError<'QUERY_INVALID'> {
  return new ExpectedError(
    'QUERY_INVALID',
    `The query was stopped after ${limitMs / 1_000} seconds.`,
    { action: 'Narrow it, or give it more time.' },
    { cause },
  );
}
