import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { identifier, literal } from '../../duckdb';
import type { ReadRequest } from '../types';
import { endsInstance, isDamage } from './errors';
import type { TableLosses } from './losses';
import type { OpenTable, RowRange } from './open-table';
import { type TableDatabase, TooMuchAtOnce } from './table-database';
import type { ColumnsRead, TableFormat, TableRead } from './table-format';

/** Damage is looked for in parts no smaller than this; then column by column. */
const SMALLEST_DAMAGED_ROWS = 3_840;

/** Rows in a Parquet file of their own. */
export interface CopiedRows {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
}

export interface TablePart {
  readonly read: TableRead;
  readonly table: OpenTable;
  readonly range: RowRange;
}

let files = 0;

function halvesOf(part: TablePart): [TablePart, TablePart] {
  const { first, last } = part.range;
  const middle = first + Math.floor((last - first + 1) / 2);
  return [
    { ...part, range: { first, last: middle - 1 } },
    { ...part, range: { first: middle, last } },
  ];
}

function filesSql(files: readonly string[]): string {
  const list = files.map(literal).join(', ');
  return `read_parquet([${list}], union_by_name = true, hive_partitioning = false)`;
}

/** Reads every value; `n`: the rows that have what is required. */
function wholeSql(files: readonly string[], columns: readonly string[], required: readonly string[]): string {
  const present = required.map((name) => `${identifier(name)} IS NOT NULL`).join(' AND ');
  const values = columns.map(identifier).join(', ');
  return `SELECT count(*) FILTER (WHERE ${present}) AS n, bit_xor(hash(${values})) AS digest FROM ${filesSql(files)}`;
}

/** Reads ranges of a format's tables around what is damaged in them. An instance that the file has broken is replaced by a new one. */
export class TableReader implements AsyncDisposable {
  private readonly lostToJoins = new Set<string>();

  private constructor(
    private readonly format: TableFormat,
    private readonly options: {
      readonly request: Pick<ReadRequest, 'folder' | 'signal'>;
      readonly open: () => Promise<TableDatabase>;
    },
    private database: TableDatabase,
    readonly losses: TableLosses,
  ) {}

  static async open(
    format: TableFormat,
    request: Pick<ReadRequest, 'folder' | 'signal'>,
    options: { readonly open: () => Promise<TableDatabase>; readonly losses: TableLosses },
  ): Promise<TableReader> {
    const { open, losses } = options;
    const reader = new TableReader(format, { request, open }, await open(), losses);
    try {
      await reader.prepare();
    } catch (error) {
      await reader[Symbol.asyncDispose]();
      throw error;
    }
    return reader;
  }

  private get request() {
    return this.options.request;
  }

  table(name: string): OpenTable | undefined {
    return this.database.tables.get(name);
  }

  async columnsOf(read: TableRead, table: OpenTable): Promise<string[]> {
    await this.setPiece({ read, table, range: { first: 0, last: 0 } });
    const columns = await this.database.columnsOf(read.sql, this.request.signal);
    return columns.map(({ name }) => name);
  }

  /** Whether Parquet files can be read from end to end, and are a canonical table as they stand. Its columns; undefined when they are not. */
  async standingColumns(
    read: ColumnsRead,
    files: readonly string[],
    rows: number,
  ): Promise<string[] | undefined> {
    const { signal } = this.request;
    const declared = new Map(Object.entries(this.format.tables[read.from] ?? {}));
    try {
      return await this.database.withAllCores(async () => {
        const found = await this.database.columnsOf(`SELECT * FROM ${filesSql(files)}`, signal);
        const known = found.filter(({ name }) => declared.has(name.toLowerCase()));
        const areOwn = known.every(({ name, type }) => declared.get(name) === type);
        const names = known.map(({ name }) => name);
        if (!areOwn || !read.required?.every((name) => names.includes(name))) return undefined;
        for await (const batch of this.database.rows(wholeSql(files, names, read.required), signal))
          for (const { n } of batch) if (Number(n) === rows) return names;
        return undefined;
      }, signal);
    } catch (error) {
      signal.throwIfAborted();
      // Whoever reads the ranges of the table finds out what is wrong, and where.
      if (endsInstance(error)) await this.renew();
      return undefined;
    }
  }

  /** What a read's SQL gives over a range. One that fails is halved, down to what is lost. */
  async copy(part: TablePart, damaged: ReadonlySet<string> = new Set()): Promise<CopiedRows[]> {
    try {
      return await this.copyOnce(part, damaged);
    } catch (error) {
      return this.around(error, part, damaged);
    }
  }

  private async copyOnce(part: TablePart, damaged: ReadonlySet<string>): Promise<CopiedRows[]> {
    const file = join(this.request.folder, `chunk-${process.pid}-${files++}.parquet`);
    try {
      await this.setPiece(part, damaged);
      const rows = await this.database.copy(part.read.sql, file, this.request.signal);
      if (rows > 0) return [{ file, rows, bytes: (await stat(file)).size }];
      await rm(file, { force: true });
      return [];
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  /** The rows themselves, for code that makes other rows of them. */
  async *rows(part: TablePart): AsyncGenerator<readonly Record<string, unknown>[]> {
    await this.setPiece(part);
    yield* this.database.rows(part.read.sql, this.request.signal);
  }

  /** What the format's checks find; one that meets damage finds nothing, as the reads have told of it. */
  async *checks(): AsyncGenerator<readonly Record<string, unknown>[]> {
    for (const sql of this.format.checks) {
      try {
        for await (const rows of this.database.rows(sql, this.request.signal)) yield rows;
      } catch (error) {
        if (!isDamage(error)) throw error;
        if (endsInstance(error)) await this.renew();
      }
    }
  }

  /** Goes on when damage ends one read: all of its table is lost then. */
  async *guard<T>(table: OpenTable, read: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
    try {
      yield* read;
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.losses.add(table.name, { first: 0, last: table.end - 1 }, [], error);
      if (endsInstance(error)) await this.renew();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]();
  }

  private async around(error: unknown, part: TablePart, damaged: ReadonlySet<string>): Promise<CopiedRows[]> {
    const isTooMuch = error instanceof TooMuchAtOnce;
    if (!isTooMuch && !isDamage(error)) throw error;
    if (endsInstance(error)) await this.renew();
    const rows = part.range.last - part.range.first + 1;
    const isWhole = part.read.isWhole === true;
    if (!isWhole && rows > (isTooMuch ? 1 : SMALLEST_DAMAGED_ROWS)) {
      const [before, behind] = halvesOf(part);
      const first = await this.copy(before, damaged);
      return [...first, ...(await this.copy(behind, damaged))];
    }
    if (isWhole || isTooMuch || damaged.size > 0) {
      this.losses.add(part.table.name, part.range, [], error);
      return [];
    }
    return this.aroundFew(error, part);
  }

  /** Few rows: the edge of the damage is found while one half can be read; what is damaged on both sides is tried without its columns. */
  private async aroundFew(error: unknown, part: TablePart): Promise<CopiedRows[]> {
    if (part.range.first < part.range.last) {
      const [before, behind] = halvesOf(part);
      const first = await this.attempt(before);
      const second = await this.attempt(behind);
      if (first !== undefined || second !== undefined) {
        const upper = first ?? (await this.aroundFew(error, before));
        return [...upper, ...(second ?? (await this.aroundFew(error, behind)))];
      }
    }
    const columns = await this.damagedColumns(part);
    this.losses.add(part.table.name, part.range, columns, error);
    return columns.length === 0 ? [] : this.copy(part, new Set(columns));
  }

  /** Undefined: damaged. */
  private async attempt(part: TablePart): Promise<CopiedRows[] | undefined> {
    try {
      return await this.copyOnce(part, new Set());
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (endsInstance(error)) await this.renew();
      return undefined;
    }
  }

  /** The columns that alone cannot be read; empty when none or all are. */
  private async damagedColumns({ read, table, range }: TablePart): Promise<string[]> {
    const declared = new Map(
      Object.entries(this.format.tables[read.from] ?? {}).map(([name, one]) =>
        typeof one === 'string' ? [name, one] : [one.of, one.type],
      ),
    );
    const present = [...declared].filter(([name]) => table.columns.has(name));
    const found: string[] = [];
    for (const [name, type] of present) {
      try {
        const column = { [name]: { of: name, type } };
        await this.database.setPiece(table, { declared: column, range }, this.request.signal);
        await this.database.execute(`SELECT max(hash(${identifier(name)})) FROM piece`, this.request.signal);
      } catch (error) {
        if (!isDamage(error)) throw error;
        if (endsInstance(error)) await this.renew();
        found.push(name);
      }
    }
    return found.length === present.length ? [] : found;
  }

  private async setPiece({ read, table, range }: TablePart, damaged?: ReadonlySet<string>): Promise<void> {
    const declared = this.format.tables[read.from] ?? {};
    const piece = { declared, range, ...(damaged === undefined ? {} : { damaged }) };
    await this.database.setPiece(table, piece, this.request.signal);
  }

  private async prepare(): Promise<void> {
    const { format, request } = this;
    try {
      await this.database.declare(format.tables, this.lostToJoins, request.signal);
      for (const sql of format.prepare) await this.database.execute(sql, request.signal);
    } catch (error) {
      if (!isDamage(error) || this.lostToJoins.size > 0) throw error;
      await this.findLostToJoins(error);
      await this.renew();
    }
  }

  /** Columns that cannot be read from end to end: joins go without them. The reads of their own tables say what is lost of them. */
  private async findLostToJoins(cause: unknown): Promise<void> {
    const { format, request } = this;
    for (const [name, declared] of Object.entries(format.tables)) {
      const table = this.table(name);
      if (table === undefined || table.end === 0) continue;
      for (const column of Object.keys(declared)) {
        const sql = `SELECT max(hash(${identifier(column)})) FROM whole.${identifier(name)}`;
        try {
          await this.database.execute(sql, request.signal);
        } catch (error) {
          if (!isDamage(error)) throw error;
          this.lostToJoins.add(`${name}.${column}`);
          if (endsInstance(error)) {
            await this.database[Symbol.asyncDispose]();
            this.database = await this.options.open();
            await this.database.declare(format.tables, this.lostToJoins, request.signal);
          }
        }
      }
    }
    if (this.lostToJoins.size === 0) throw cause;
  }

  private async renew(): Promise<void> {
    await this.database[Symbol.asyncDispose]();
    this.database = await this.options.open();
    await this.prepare();
  }
}
