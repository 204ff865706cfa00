import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue } from '@duckdb/node-api';
import type { z } from 'zod';
import { cancelled, type NativeContext, translateNativeError } from './errors';
import type { Bindings, Statement } from './statement';
import { type Cell, fromDuckDb, fromDuckDbOrBytes, toBound } from './values';

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly context?: NativeContext | undefined;
}

export interface Column {
  readonly name: string;
  readonly type: string;
}

/** Rows as they stream, with their columns. */
export interface RowStream {
  readonly columns: readonly Column[];
  readonly batches: AsyncIterable<readonly (readonly Cell[])[]>;
}

/** How often an abort is repeated: DuckDB drops an interrupt that arrives before a pool thread has begun the statement. */
const INTERRUPT_AGAIN_MS = 20;

/** One borrowed connection. Disposing gives it back to its pool; one statement runs on it at a time. */
export class Connection implements AsyncDisposable {
  constructor(
    readonly native: DuckDBConnection,
    private readonly giveBack: () => void,
  ) {}

  /** Runs a catalogued statement; rows are checked by its `row` schema. */
  async run<P extends z.ZodType<Bindings>, R extends z.ZodType>(
    statement: Statement<P, R>,
    params: z.input<P>,
    options: RunOptions = {},
  ): Promise<z.output<R>[]> {
    const all: z.output<R>[] = [];
    for await (const rows of this.batches(statement, params, options)) for (const row of rows) all.push(row);
    return all;
  }

  /** The same, some thousand rows at a time: those before need not be kept. */
  async *batches<P extends z.ZodType<Bindings>, R extends z.ZodType>(
    statement: Statement<P, R>,
    params: z.input<P>,
    options: RunOptions = {},
  ): AsyncGenerator<z.output<R>[], void, void> {
    const bindings = statement.params.parse(params);
    using prepared = await this.guard(options, () => this.prepare(statement.sql, bindings));
    const result = await this.guard(options, () => prepared.statement.run());
    const names = result.columnNames();
    for (;;) {
      const chunk = await this.guard(options, () => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk.getRows().map((row) => statement.row.parse(toObject(names, row)));
    }
  }

  /** For DDL, ATTACH, COPY and settings, which take no parameters: quote what goes in with `literal` and `identifier`. Rows changed. */
  async execute(sql: string, bindings: Bindings = {}, options: RunOptions = {}): Promise<number> {
    return this.guard(options, async () => {
      if (Object.keys(bindings).length === 0) return (await this.native.run(sql)).rowsChanged;
      using prepared = await this.prepare(sql, bindings);
      throwIfAborted(options.signal);
      return (await prepared.statement.run()).rowsChanged;
    });
  }

  /** Commits what `work` does on this connection, or undoes it when that fails: whoever borrows it next is in no transaction. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.execute('BEGIN');
    try {
      const result = await work();
      await this.execute('COMMIT');
      return result;
    } catch (error) {
      // A commit that fails has undone it already.
      await this.execute('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Streams a result chunk by chunk: memory does not grow with it. The user's own SQL comes this way. */
  async stream(sql: string, bindings: Bindings = {}, options: RunOptions = {}): Promise<RowStream> {
    const prepared = await this.guard(options, () => this.prepare(sql, bindings));
    const result = await this.guard(options, () => prepared.statement.stream());
    const columns = result.columnNames().map((name, at) => ({ name, type: String(result.columnType(at)) }));
    const next = () => this.guard(options, () => result.fetchChunk());
    async function* batches(): AsyncGenerator<readonly (readonly Cell[])[]> {
      using _open = prepared;
      for (let chunk = await next(); chunk !== null && chunk.rowCount > 0; chunk = await next()) {
        yield chunk.getRows().map((row) => row.map(fromDuckDb));
      }
    }
    return { columns, batches: batches() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.giveBack();
  }

  private async prepare(sql: string, bindings: Bindings): Promise<Prepared> {
    const prepared = new Prepared(await this.native.prepare(sql));
    try {
      prepared.bind(bindings);
    } catch (error) {
      prepared[Symbol.dispose]();
      throw error;
    }
    return prepared;
  }

  private async guard<T>(options: RunOptions, work: () => Promise<T>): Promise<T> {
    throwIfAborted(options.signal);
    let again: NodeJS.Timeout | undefined;
    const stop = () => {
      this.native.interrupt();
      again = setInterval(() => this.native.interrupt(), INTERRUPT_AGAIN_MS);
    };
    options.signal?.addEventListener('abort', stop, { once: true });
    try {
      return await work();
    } catch (error) {
      throw translateNativeError(error, options.context);
    } finally {
      options.signal?.removeEventListener('abort', stop);
      clearInterval(again);
    }
  }
}

class Prepared implements Disposable {
  constructor(readonly statement: DuckDBPreparedStatement) {}

  /** Binds what the statement names; a parameter that is missing is a bug and fails in DuckDB. */
  bind(bindings: Bindings): void {
    for (let at = 1; at <= this.statement.parameterCount; at += 1) {
      const value = bindings[this.statement.parameterName(at)];
      if (value === undefined) continue;
      const bound = toBound(value);
      this.statement.bindValue(at, bound.value, bound.type);
    }
  }

  [Symbol.dispose](): void {
    this.statement.destroySync();
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal.reason);
}

function toObject(names: readonly string[], row: readonly DuckDBValue[]): Record<string, Cell | Uint8Array> {
  const object: Record<string, Cell | Uint8Array> = {};
  for (const [at, name] of names.entries()) object[name] = fromDuckDbOrBytes(row[at] ?? null);
  return object;
}
