import Database from 'libsql';
import { isForbidden } from '../gate/sql-kind';
import type { Condition, HranaStatement, HranaValue, StreamRequest } from './protocol';

/** One Hrana stream: a connection of its own to the file. */
export class EmbeddedStream implements Disposable {
  private readonly database: Database.Database;
  private readonly stored = new Map<number, string>();

  constructor(path: string, access: 'ro' | 'rw') {
    this.database = new Database(path);
    this.database.exec('PRAGMA busy_timeout = 2000');
    this.database.exec('PRAGMA foreign_keys = ON');
    if (access === 'ro') this.database.exec('PRAGMA query_only = ON');
  }

  /** A request's result in Hrana's form; what the database refuses is a result as well. */
  answer(request: StreamRequest): object {
    try {
      return { type: 'ok', response: { type: request.type, ...this.run(request) } };
    } catch (error) {
      return { type: 'error', error: hranaError(error) };
    }
  }

  [Symbol.dispose](): void {
    if (this.database.inTransaction) this.database.exec('ROLLBACK');
    this.database.close();
  }

  private run(request: StreamRequest): object {
    switch (request.type) {
      case 'execute':
        return { result: this.execute(request.stmt) };
      case 'batch':
        return { result: this.batch(request.batch.steps) };
      case 'sequence':
        this.database.exec(this.allowed(request));
        return {};
      case 'describe':
        return { result: this.describe(this.allowed(request)) };
      case 'store_sql':
        this.stored.set(request.sql_id, request.sql);
        return {};
      case 'close_sql':
        this.stored.delete(request.sql_id);
        return {};
      case 'get_autocommit':
        return { is_autocommit: !this.database.inTransaction };
      case 'close':
        return {};
    }
  }

  private execute(statement: HranaStatement): object {
    const prepared = this.database.prepare(this.allowed(statement));
    const args = bindings(statement);
    if (!prepared.reader) {
      const { changes, lastInsertRowid } = prepared.run(...args);
      return { ...nothing, affected_row_count: changes, last_insert_rowid: String(lastInsertRowid) };
    }
    const before = this.totalChanges();
    const cols = prepared.columns().map((column) => ({ name: column.name, decltype: column.type }));
    const rows = prepared
      .safeIntegers(true)
      .raw(true)
      .all(...args);
    return {
      ...nothing,
      cols,
      rows: statement.want_rows === false ? [] : rows.map(hranaRow),
      affected_row_count: this.totalChanges() - before,
    };
  }

  private batch(
    steps: readonly { stmt: HranaStatement; condition?: Condition | null | undefined }[],
  ): object {
    const results: (object | null)[] = [];
    const errors: (object | null)[] = [];
    const holds = (condition: Condition): boolean => {
      switch (condition.type) {
        case 'ok':
          return results[condition.step] != null;
        case 'error':
          return errors[condition.step] != null;
        case 'not':
          return !holds(condition.cond);
        case 'and':
          return condition.conds.every(holds);
        case 'or':
          return condition.conds.some(holds);
        case 'is_autocommit':
          return !this.database.inTransaction;
      }
    };
    for (const { stmt, condition } of steps) {
      results.push(null);
      errors.push(null);
      if (condition && !holds(condition)) continue;
      try {
        results[results.length - 1] = this.execute(stmt);
      } catch (error) {
        errors[errors.length - 1] = hranaError(error);
      }
    }
    return { step_results: results, step_errors: errors };
  }

  private describe(sql: string): object {
    const prepared = this.database.prepare(sql);
    const cols = prepared.reader
      ? prepared.columns().map((column) => ({ name: column.name, decltype: column.type }))
      : [];
    return { params: [], cols, is_explain: /^\s*explain/i.test(sql), is_readonly: prepared.reader };
  }

  private totalChanges(): number {
    const row = this.database.prepare('SELECT total_changes()').raw(true).get();
    return Array.isArray(row) ? Number(row[0]) : 0;
  }

  private allowed(part: { sql?: string | null | undefined; sql_id?: number | null | undefined }): string {
    const sql = part.sql ?? this.stored.get(part.sql_id ?? -1);
    if (sql === undefined) throw new RefusedError('HRANA_PROTO_ERROR', 'The SQL text was not stored.');
    if (isForbidden(sql))
      throw new RefusedError('SQL_NOT_ALLOWED', 'The store runs no ATTACH, DETACH or VACUUM.');
    return sql;
  }
}

const nothing = {
  cols: [],
  rows: [],
  affected_row_count: 0,
  last_insert_rowid: null,
  replication_index: null,
  rows_read: 0,
  rows_written: 0,
  query_duration_ms: 0,
};

class RefusedError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

function hranaError(error: unknown): object {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'SQLITE_ERROR';
  // Hrana tells the primary code; the extended one is the longer name.
  return { message: `SQLite error: ${error.message}`, code: code.replace(/^(SQLITE_[A-Z]+)_.*$/, '$1') };
}

function bindings(statement: HranaStatement): unknown[] {
  const named = statement.named_args ?? [];
  if (named.length === 0) return [(statement.args ?? []).map(fromHrana)];
  return [Object.fromEntries(named.map((each) => [each.name.replace(/^[:@$]/, ''), fromHrana(each.value)]))];
}

function fromHrana(value: HranaValue): unknown {
  switch (value.type) {
    case 'null':
      return null;
    case 'integer':
      return BigInt(value.value);
    case 'blob':
      return Buffer.from(value.base64, 'base64');
    case 'float':
    case 'text':
      return value.value;
  }
}

function hranaRow(row: unknown): HranaValue[] {
  if (!Array.isArray(row)) throw new Error('a raw row is an array');
  return row.map(toHrana);
}

function toHrana(value: unknown): HranaValue {
  if (value === null) return { type: 'null' };
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) };
  if (typeof value === 'number') return { type: 'float', value };
  if (typeof value === 'string') return { type: 'text', value };
  if (value instanceof Uint8Array) return { type: 'blob', base64: Buffer.from(value).toString('base64') };
  throw new Error(`a value of type ${typeof value} in a row`);
}
