import type { DuckDBConnection } from '@duckdb/node-api';
import type { z } from 'zod';
import { Connection, type RunOptions } from './connection';
import { cancelled } from './errors';
import type { Bindings, Statement } from './statement';

const DEFAULT_CONNECTIONS = 4;

/** Connections of one DuckDB instance that may run at the same moment. Who comes late waits in line. */
export class ConnectionPool implements AsyncDisposable {
  private readonly idle: DuckDBConnection[] = [];
  private readonly waiting: ((connection: DuckDBConnection) => void)[] = [];
  private opened = 0;
  private isClosed = false;

  constructor(
    private readonly connect: () => Promise<DuckDBConnection>,
    private readonly limit: number = DEFAULT_CONNECTIONS,
  ) {}

  /** `await using connection = await pool.acquire()`. Waits while all are out. */
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
    this.isClosed = true;
    for (const connection of this.idle.splice(0)) connection.closeSync();
  }

  private async openOrWait(signal: AbortSignal | undefined): Promise<DuckDBConnection> {
    if (this.opened < this.limit) {
      this.opened += 1;
      try {
        return await this.connect();
      } catch (error) {
        this.opened -= 1;
        throw error;
      }
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
    if (next !== undefined) next(connection);
    else if (this.isClosed) connection.closeSync();
    else this.idle.push(connection);
  }
}
