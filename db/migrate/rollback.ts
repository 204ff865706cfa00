import { z } from 'zod';
import { ExpectedError, migrationReport, type RollbackReport } from '../model';
import {
  fileDigest,
  partialPath,
  readText,
  removeDatabase,
  restore,
  runFolder,
  sizeOf,
  writeText,
} from './files';
import { rollbackPage } from './report/pages';
import type { V2Table } from './source/tables';
import { numberedTables, v3Tables } from './target/columns';
import { openToLook } from './target/look';
import { openTarget, type Target, type TargetSpec } from './target/open-target';
import { keysOf, listRuns, listWritten, type Run, setState } from './target/runs';
import dropNumberSql from './target/sql/drop-number.sql?raw';
import forgetBatchSql from './target/sql/forget-batch.sql?raw';
import forgetRunSql from './target/sql/forget-run.sql?raw';
import resetOrdinalSql from './target/sql/reset-ordinal.sql?raw';
import restoreNumberSql from './target/sql/restore-number.sql?raw';
import { type MigrationOptions, stopIfAsked } from './types';

export interface RollbackRequest {
  readonly target: TargetSpec;
  /** A run, the beginning of its name, or `last`. */
  readonly run: string;
  readonly reportFolder: string;
}

/** Takes a run back. A file that nobody wrote since gets its backup back, byte for byte; otherwise just the run's rows go. */
export async function rollBack(request: RollbackRequest, options: MigrationOptions): Promise<RollbackReport> {
  const { target: spec } = request;
  if (spec.kind === 'file' && (await sizeOf(spec.path)) === undefined) throw noTarget(spec.path);
  const run = await chooseRun(spec, request.run);
  const folder = runFolder(spec, request.reportFolder, run.run_id);
  const way = spec.kind === 'file' ? await wholeFileWay(spec.path, run, folder.report) : 'rows';
  const base = {
    kind: 'tracing-v2-rollback',
    runId: run.run_id,
    target: spec.kind === 'file' ? spec.path : spec.name,
    way,
    files: [`${folder.path}/rollback.json`, `${folder.path}/rollback.md`],
  } as const;
  let tables: RollbackReport['tables'] = [];
  if (spec.kind === 'file' && way === 'backup') await restore(spec.path, folder);
  else if (spec.kind === 'file' && way === 'file-removed') await removeDatabase(spec.path);
  else {
    using target = await openTarget(spec);
    tables = await removeRows(target, run, options);
  }
  const kept = tables.filter((each) => each.kept > 0);
  const notes = kept.map(
    ({ table, kept: rows }) => `${rows} rows of ${table} stay: rows that came from elsewhere refer to them.`,
  );
  const report: RollbackReport = {
    ...base,
    files: [...base.files],
    finishedAt: new Date().toISOString(),
    tables,
    notes,
  };
  await writeText(`${folder.path}/rollback.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeText(`${folder.path}/rollback.md`, rollbackPage(report));
  return report;
}

async function chooseRun(spec: TargetSpec, name: string): Promise<Run> {
  // In a copy: what has the file open when its backup is put back could delete that one's WAL.
  await using look = await openToLook(spec);
  const { target } = look;
  const runs = await listRuns(target);
  const found = name === 'last' ? runs.slice(0, 1) : runs.filter((run) => run.run_id.startsWith(name));
  const [run] = found;
  if (run !== undefined && found.length === 1) return run;
  const all = runs.map((each) => each.run_id).join(', ');
  throw new ExpectedError('SOURCE_NOT_FOUND', `${target.name} has no single run called ${name}.`, {
    path: target.name,
    action: runs.length === 0 ? 'There is nothing to roll back.' : `Name one of its runs: ${all}.`,
  });
}

/** `backup` and `file-removed` only while the file is, byte for byte, what the run left. */
async function wholeFileWay(path: string, run: Run, reportPath: string): Promise<RollbackReport['way']> {
  const text = await readText(reportPath);
  const report = text === undefined ? undefined : migrationReport.safeParse(JSON.parse(text));
  if (report?.success !== true || report.data.runId !== run.run_id || report.data.target.sha256 === null)
    return 'rows';
  const { target } = report.data;
  if ((await fileDigest(path)) !== target.sha256) return 'rows';
  if (target.isNew) return 'file-removed';
  return target.backup !== null && (await sizeOf(target.backup)) !== undefined ? 'backup' : 'rows';
}

/** Takes the rows away, latest batch first, each with its record in one transaction; interrupted, it goes on when it is asked again. */
export async function removeRows(
  target: Target,
  run: Run,
  options: MigrationOptions,
): Promise<RollbackReport['tables']> {
  await setState(target, run.run_id, 'rolling-back');
  const batches = (await listWritten(target, run.run_id)).reverse();
  const counts = new Map<string, { removed: number; kept: number }>();
  let done = 0;
  for (const { number, table_name } of batches) {
    stopIfAsked(options.signal);
    const table = v3Tables[tableOf(table_name)];
    const keys = await keysOf(target, run.run_id, number);
    const isFree = table.referredBy.map(
      ([child, column]) =>
        `AND NOT EXISTS (SELECT 1 FROM ${child} child WHERE child.${column} = ${table.name}.${table.columns[0]})`,
    );
    const sql = `DELETE FROM ${table.name} WHERE ${table.columns[0]} IN (SELECT value FROM json_each(?1)) ${isFree.join(' ')}`;
    const forget = { sql: forgetBatchSql, args: [run.run_id, number] };
    const isGone = () =>
      keysOf(target, run.run_id, number).then(
        () => false,
        () => true,
      );
    const [removed = 0] = await target.write([{ sql, args: [keys] }, forget], { isDone: isGone });
    const all = z.array(z.unknown()).parse(JSON.parse(keys)).length;
    const before = counts.get(table.name) ?? { removed: 0, kept: 0 };
    counts.set(table.name, { removed: before.removed + removed, kept: before.kept + all - removed });
    done += all;
    options.report({ phase: `Removing ${table.name}`, done, total: null, unit: 'rows' });
  }
  await forgetRun(target, run);
  return [...counts].map(([table, count]) => ({ table, ...count }));
}

function tableOf(name: string): V2Table {
  return z.enum(Object.keys(v3Tables) as [V2Table, ...V2Table[]]).parse(name);
}

/** Gives the run's numbers back and leaves no trace of it. */
async function forgetRun(target: Target, run: Run): Promise<void> {
  const numbers = numberedTables.map((name) => {
    const { before, reserved } = run.plan.numbers[name];
    return before === null
      ? { sql: dropNumberSql, args: [name, reserved] }
      : { sql: restoreNumberSql, args: [name, before, reserved] };
  });
  const others = (await listRuns(target)).filter((each) => each.run_id !== run.run_id);
  const drops =
    others.length === 0
      ? ['DROP TABLE stepscope_migration_batches', 'DROP TABLE stepscope_migration_runs']
      : [];
  const isGone = async () => !(await listRuns(target)).some((each) => each.run_id === run.run_id);
  const forget = [{ sql: forgetRunSql, args: [run.run_id] }, resetOrdinalSql];
  await target.write([...numbers, ...forget, ...drops], { isDone: isGone });
}

/** A new file that a run did not finish. */
export async function removePartial(path: string, runId: string): Promise<void> {
  await removeDatabase(partialPath(path, runId));
}

function noTarget(path: string): ExpectedError {
  return new ExpectedError('SOURCE_NOT_FOUND', `${path} does not exist.`, {
    path,
    action: 'Name the file that was migrated into.',
  });
}
