import type { InValue } from '@libsql/client';
import { readRows } from './rows/read-rows';
import type { V3Row } from './rows/to-v3';
import type { V2Source } from './source/open-source';
import type { Batch, Prepared } from './source/prepared';
import { type V3Table, v3Tables } from './target/columns';
import type { Target } from './target/open-target';
import { basesOf, keysOf, listWritten, type Plan } from './target/runs';
import recordBatchSql from './target/sql/record-batch.sql?raw';
import { type MigrationOptions, stopIfAsked } from './types';

/** One migration on its way from a source into a target. */
export interface Migration {
  readonly runId: string;
  readonly source: V2Source;
  readonly target: Target;
  readonly prepared: Prepared;
  readonly plan: Plan;
}

/** Writes the batches that the target does not have yet. Each is one transaction with the record of its keys. */
export async function writeBatches(migration: Migration, options: MigrationOptions): Promise<void> {
  const { runId, source, target, prepared, plan } = migration;
  const written = new Set((await listWritten(target, runId)).map((each) => each.number));
  const bases = basesOf(plan.numbers);
  const total = 2 * rowsOf(prepared.batches);
  let done = 0;
  for (const batch of prepared.batches) {
    const phase = `Writing ${v3Tables[batch.table].name}`;
    options.report({ phase, done, total, unit: 'rows' });
    stopIfAsked(options.signal);
    if (!written.has(batch.number)) {
      const rows = await readRows(source, batch, { bases, signal: options.signal });
      await writeBatch(migration, batch, rows);
    }
    done += batch.rows;
    options.report({ phase, done, total, unit: 'rows' });
  }
}

export function rowsOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, batch) => sum + batch.rows, 0);
}

async function writeBatch({ runId, target }: Migration, batch: Batch, rows: readonly V3Row[]): Promise<void> {
  const table = v3Tables[batch.table];
  const keys = `[${rows.map(({ key }) => (typeof key === 'bigint' ? String(key) : JSON.stringify(key))).join(',')}]`;
  const record = { sql: recordBatchSql, args: [runId, batch.number, batch.table, keys] };
  const inserts = insertStatements(table, rows);
  const isDone = () =>
    keysOf(target, runId, batch.number).then(
      () => true,
      () => false,
    );
  await target.write([record, ...inserts], { isDone });
}

/** SQLite takes this many values in one statement. */
const MOST_VALUES = 32_766;

/** Many rows a statement: one row each was six times slower. */
function insertStatements(
  { insert, columns }: V3Table,
  rows: readonly V3Row[],
): { sql: string; args: InValue[] }[] {
  const [head = ''] = insert.split('VALUES');
  const one = `(${columns.map(() => '?').join(', ')})`;
  const most = Math.floor(MOST_VALUES / columns.length);
  const statements: { sql: string; args: InValue[] }[] = [];
  for (let at = 0; at < rows.length; at += most) {
    const some = rows.slice(at, at + most);
    const sql = `${head}VALUES ${some.map(() => one).join(', ')}`;
    statements.push({ sql, args: some.flatMap(({ values }) => [...values]) });
  }
  return statements;
}
