import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { translateNativeError } from './errors';
import { ConnectionPool } from './pool';

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

const DEFAULT_MEMORY_MB = 512;

/** A DuckDB instance of its own, with safe settings, and its pool. Extensions are never fetched. */
export class Database extends ConnectionPool {
  private constructor(
    private readonly instance: DuckDBInstance,
    connections: number | undefined,
    readonly memoryLimitMb: number,
  ) {
    super(() => instance.connect(), connections);
  }

  static async open(options: DatabaseOptions = {}): Promise<Database> {
    const instance = await createInstance(options);
    const memoryLimitMb = options.memoryLimitMb ?? DEFAULT_MEMORY_MB;
    const database = new Database(instance, options.connections, memoryLimitMb);
    await database.execute("SET GLOBAL TimeZone = 'UTC'");
    // What was freed goes back to the system though nothing runs: after an export 0.4 GB stayed with an idle process.
    await database.execute('SET GLOBAL allocator_background_threads = true');
    // A group of rows is written when it is full: of five that wait, as is usual, wide ones were set aside on the disk and read again.
    await database.execute('SET GLOBAL write_buffer_row_group_count = 1');
    return database;
  }

  /** Another limit than the one it was opened with, or (null) that one again. */
  async limitMemory(megabytes: number | null): Promise<void> {
    await this.execute(`SET GLOBAL memory_limit = '${megabytes ?? this.memoryLimitMb}MB'`);
  }

  /** A connection outside this pool; the caller closes it. */
  connectAlone(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    this.instance.closeSync();
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
