import { rm, stat } from 'node:fs/promises';
import { copyToStay, stayingRows } from '../staying';
import type { ReadRequest } from '../types';
import { type OpenTable, ParquetTable } from './open-table';
import type { ColumnsRead, TableRead } from './table-format';
import type { CopiedRows, TableReader } from './table-reader';

/** A view over more files takes long to begin. */
const MOST_FILES = 64;

interface Standing {
  readonly columns: readonly string[];
  readonly copies: readonly CopiedRows[];
}

/** Copies of the Parquet files of large tables that are canonical ones as they stand: a mirror takes them instead of their rows. */
export class StandingFiles implements AsyncDisposable {
  private readonly found = new Map<string, Standing>();

  private constructor() {}

  static async copy(
    reads: readonly TableRead[],
    reader: TableReader,
    request: Pick<ReadRequest, 'folder' | 'signal'>,
  ): Promise<StandingFiles> {
    const standing = new StandingFiles();
    try {
      for (const read of reads) {
        const table = reader.table(read.from);
        if (read.kind !== 'columns' || read.required === undefined || !canStand(table)) continue;
        const found = await standingOf({ read, table }, reader, request);
        if (found !== undefined) standing.found.set(read.name, found);
      }
      return standing;
    } catch (error) {
      await standing[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Theirs who take them. */
  take(read: TableRead): Standing | undefined {
    const found = this.found.get(read.name);
    this.found.delete(read.name);
    return found;
  }

  get hasMore(): boolean {
    return this.found.size > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { copies } of this.found.values()) await removeCopies(copies);
  }
}

function canStand(table: OpenTable | undefined): table is ParquetTable {
  return table instanceof ParquetTable && table.end >= stayingRows && table.files.length <= MOST_FILES;
}

async function standingOf(
  { read, table }: { readonly read: ColumnsRead; readonly table: ParquetTable },
  reader: TableReader,
  request: Pick<ReadRequest, 'folder' | 'signal'>,
): Promise<Standing | undefined> {
  const copies: CopiedRows[] = [];
  try {
    for (const { path, rows } of table.files) {
      const file = await copyToStay(path, request);
      if (file === undefined) break;
      copies.push({ file, rows, bytes: (await stat(file)).size });
    }
    const files = copies.map(({ file }) => file);
    const isCopied = files.length === table.files.length;
    const columns = isCopied ? await reader.standingColumns(read, files, table.end) : undefined;
    if (columns !== undefined) return { columns, copies: copies.splice(0) };
    return undefined;
  } finally {
    await removeCopies(copies);
  }
}

export async function removeCopies(copies: Iterable<CopiedRows>): Promise<void> {
  for (const { file } of copies) await rm(file, { force: true });
}
