import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { z } from 'zod';
import { Connection, type RunOptions } from './connection';
import { cancelled, translateNativeError } from './errors';
import type { Bindings, Statement } from './statement';

export interface DatabaseOptions {
  /** Absent: in memory. */
  readonly path?: string;
  readonly readOnly?: boolean;
  readonly threads?: number;
  readonly memoryLimitMb?: number;
  /** Where DuckDB spills to. Absent: it may not. */
  readonly temporaryFolder?: string;
  /** Connections that may run at the same moment. */
  readonly connections?: number;
}

const DEFAULT_CONNECTIONS = 4;
const DEFAULT_MEMORY_MB = 512;

/** A DuckDB instance with safe settings and a pool of connections. Extensions are never fetched. */
export class Database implements AsyncDisposable {
  private readonly idle: DuckDBConnection[] = [];
  private readonly waiting: ((connection: DuckDBConnection) => void)[] = [];
  private opened = 0;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly limit: number,
  ) {}

  static async open(options: DatabaseOptions = {}): Promise<Database> {
    const instance = await createInstance(options);
    const database = new Database(instance, options.connections ?? DEFAULT_CONNECTIONS);
    await using connection = await database.acquire();
    await connection.execute("SET GLOBAL TimeZone = 'UTC'");
    return database;
  }

  /** A connection of the pool: `await using connection = await database.acquire()`. Waits while all are out. */
  async acquire(signal?: AbortSignal): Promise<Connection> {
    if (signal?.aborted === true) throw cancelled(signal.reason);
    const native = this.idle.pop() ?? (await this.openOrWait(signal));
    let isOut = true;
    return new Connection(native, () => {
      if (!isOut) return;
      isOut = false;
      this.giveBack(native);
    });
  }

  /** Borrows a connection for one statement. */
  async run<P extends z.ZodType<Bindings>, R extends z.ZodType>(
    statement: Statement<P, R>,
    params: z.input<P>,
    options: RunOptions = {},
  ): Promise<z.output<R>[]> {
    await using connection = await this.acquire(options.signal);
    return await connection.run(statement, params, options);
  }

  async execute(sql: string, bindings: Bindings = {}, options: RunOptions = {}): Promise<number> {
    await using connection = await this.acquire(options.signal);
    return await connection.execute(sql, bindings, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.idle.splice(0)) connection.closeSync();
    this.instance.closeSync();
  }

  private async openOrWait(signal: AbortSignal | undefined): Promise<DuckDBConnection> {
    if (this.opened < this.limit) {
      this.opened += 1;
      return this.instance.connect();
    }
    return new Promise((resolve, reject) => {
      const take = (connection: DuckDBConnection) => {
        signal?.removeEventListener('abort', leave);
        resolve(connection);
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(take), 1);
        reject(cancelled(signal?.reason));
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(take);
    });
  }

  private giveBack(connection: DuckDBConnection): void {
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(connection);
    else next(connection);
  }
}

async function createInstance(options: DatabaseOptions): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(options.path ?? ':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      access_mode: options.readOnly === true ? 'READ_ONLY' : 'AUTOMATIC',
      threads: String(options.threads ?? 2),
      memory_limit: `${options.memoryLimitMb ?? DEFAULT_MEMORY_MB}MB`,
      temp_directory: options.temporaryFolder ?? '',
    });
  } catch (error) {
    throw translateNativeError(error, { path: options.path });
  }
}
