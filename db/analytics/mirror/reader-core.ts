import { availableParallelism } from 'node:os';
import type { Database } from '../../duckdb';

/** A setting of DuckDB that is another for as long as somebody holds it. */
class HeldSetting {
  private readonly holders = new WeakMap<Database, number>();

  constructor(
    private readonly name: string,
    private readonly values: { readonly held: number; readonly usual: number },
  ) {}

  async hold(database: Database): Promise<AsyncDisposable> {
    await this.count(database, 1);
    return { [Symbol.asyncDispose]: () => this.count(database, -1) };
  }

  private async count(database: Database, change: 1 | -1): Promise<void> {
    const before = this.holders.get(database) ?? 0;
    this.holders.set(database, before + change);
    if (before > 0 && before + change > 0) return;
    const { held, usual } = this.values;
    await database.execute(`SET GLOBAL ${this.name} = ${change > 0 ? held : usual}`);
  }
}

const cores = availableParallelism();
const threads = new HeldSetting('threads', { held: Math.max(1, cores - 1), usual: cores });
const vacuumTasks = new HeldSetting('max_vacuum_tasks', { held: 0, usual: 100 });

/**
 * Leaves a core to the thread that reads the source until disposed. Measured on two cores: DuckDB's two threads and the reader took 1.4 times
 * the processor's time of one and the reader, as each batch is copied once more to keep the order of rows.
 */
export function leaveReaderCore(database: Database): Promise<AsyncDisposable> {
  return threads.hold(database);
}

/** Until disposed, a checkpoint leaves groups of rows that are not full: of documents each batch ends with one, and three would be written again. */
export function keepShortGroups(database: Database): Promise<AsyncDisposable> {
  return vacuumTasks.hold(database);
}
