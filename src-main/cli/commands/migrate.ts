import { resolve } from 'node:path';
import {
  type MigrationProgress,
  migrateV2,
  migrationPage,
  planMigration,
  rollBack,
  rollbackPage,
} from '../../../db/migrate';
import type { MigrationReport, RollbackReport } from '../../../db/model';
import { dataFolderAt, dataRoot } from '../../core/app';
import { UsageError } from '../failure';
import { openMigrationTarget } from '../migration-target';
import type { Terminal } from '../terminal';

export interface MigrateOptions {
  readonly to: string;
  readonly token?: string;
  readonly zone: string;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
  readonly rollback?: string;
  readonly json?: boolean;
  /** One JSON line on stderr for each step, for programs that watch. */
  readonly progress?: boolean;
}

/** `migrate SRC --to STORE`: tracing v2 to v3; `--rollback RUN` takes a run back. */
export async function migrate(
  terminal: Terminal,
  source: string | undefined,
  options: MigrateOptions,
): Promise<void> {
  const reports = dataFolderAt(dataRoot()).migrations;
  await using target = await openMigrationTarget(options, terminal.signal);
  const shown = { signal: terminal.signal, report: reporter(terminal, options.progress === true) };
  try {
    if (options.rollback !== undefined) {
      const request = { target: target.spec, run: options.rollback, reportFolder: reports };
      return await tell(terminal, await rollBack(request, shown), options);
    }
    if (source === undefined)
      throw new UsageError('SRC is missing: a tracing v2 DuckDB file or its Parquet folder.');
    const request = {
      source: resolve(source),
      target: target.spec,
      zone: options.zone,
      reportFolder: reports,
      verify: options.verify,
    };
    const run = options.dryRun === true ? planMigration : migrateV2;
    await tell(terminal, await run(request, shown), options);
  } finally {
    terminal.progress('');
  }
}

function reporter(terminal: Terminal, asLines: boolean): (progress: MigrationProgress) => void {
  return (progress) => {
    if (asLines) terminal.warn(JSON.stringify(progress));
    else terminal.progress(lineOf(progress));
  };
}

function lineOf({ phase, done, total, unit }: MigrationProgress): string {
  if (total === null) return phase;
  return `${phase}: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${unit}`;
}

async function tell(
  terminal: Terminal,
  report: MigrationReport | RollbackReport,
  { json }: MigrateOptions,
): Promise<void> {
  terminal.progress('');
  if (json === true) return terminal.write(`${JSON.stringify(report)}\n`);
  const page = report.kind === 'tracing-v2-rollback' ? rollbackPage(report) : migrationPage(report);
  const isWritten = report.kind === 'tracing-v2-rollback' || report.state !== 'planned';
  const where = isWritten ? `\nReport: ${report.files.join(', ')}\n` : '';
  await terminal.write(`${page}${where}`);
}
