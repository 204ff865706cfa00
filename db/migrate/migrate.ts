import { resolve } from 'node:path';
import { ExpectedError, type MigrationReport, migrationReport } from '../model';
import {
  backUp,
  fileDigest,
  finishFile,
  partialPath,
  type RunFolder,
  readText,
  runFolder,
  sizeOf,
  writeText,
} from './files';
import { makeReport } from './report/make-report';
import { migrationPage } from './report/pages';
import { removePartial, removeRows } from './rollback';
import { openV2Source, type V2Source } from './source/open-source';
import { type Present, prepareSource } from './source/prepared';
import { openToLook } from './target/look';
import { openTarget, type Target } from './target/open-target';
import { findPresent } from './target/present';
import {
  basesOf,
  beginRun,
  listRuns,
  makeRunTables,
  type Plan,
  planNumbers,
  type Run,
  setState,
} from './target/runs';
import { fitSchema } from './target/schema';
import type { MigrationOptions, MigrationRequest } from './types';
import { type Verification, verifyRun } from './verify';
import { type Migration, writeBatches } from './write';

/** A run on its way: what was asked, where it writes, where it keeps its reports. */
interface Going {
  readonly request: MigrationRequest;
  readonly source: V2Source;
  readonly runId: string;
  readonly folder: RunFolder;
  readonly startedAt: string;
  /** Null: the target is written in place. */
  readonly partial: string | null;
  readonly options: MigrationOptions;
}

/** Migrates a tracing v2 source. The same source twice changes nothing; interrupted, it goes on where it stopped; cancelled, it leaves nothing. */
export async function migrateV2(
  request: MigrationRequest,
  options: MigrationOptions,
): Promise<MigrationReport> {
  options.report({ phase: 'Reading the source', done: 0, total: null, unit: 'rows' });
  await using source = await openV2Source(request.source, request.zone ?? 'UTC', options.signal);
  const going = await start(request, source, options);
  const spec = going.partial === null ? request.target : ({ kind: 'file', path: going.partial } as const);
  let report: MigrationReport;
  {
    using target = await openTarget(spec, request.lockLimitMs);
    report = await runInto(going, target);
    // So that the file alone is all of it.
    if (spec.kind === 'file') await target.client.execute('PRAGMA wal_checkpoint(TRUNCATE)');
  }
  if (report.state === 'already-done' && request.verify !== true) return report;
  return await finish(going, report);
}

/** What a migration would do. Writes nothing, neither there nor a report. */
export async function planMigration(
  request: MigrationRequest,
  options: MigrationOptions,
): Promise<MigrationReport> {
  options.report({ phase: 'Reading the source', done: 0, total: null, unit: 'rows' });
  await using source = await openV2Source(request.source, request.zone ?? 'UTC', options.signal);
  const going = await start(request, source, options);
  const { present, isDone } =
    going.partial === null ? await lookAt(going) : { present: nothing, isDone: false };
  const prepared = await prepareSource(source, present, options.signal);
  const state = isDone ? 'already-done' : 'planned';
  return makeReport({ ...whatItIs(going, null), prepared, present, state, verification: null });
}

/** What the target holds of the source, without a change to it. */
async function lookAt(going: Going): Promise<{ present: Present; isDone: boolean }> {
  const { request, source, runId, options } = going;
  await using look = await openToLook(request.target);
  const { target } = look;
  await fitSchema(target, look.mayWrite);
  const runs = await listRuns(target);
  checkOtherRuns(going, runs);
  const done = runs.find((run) => run.run_id === runId && run.state === 'done');
  if (done !== undefined) return { present: done.plan.present, isDone: true };
  const isFilled = look.mayWrite || (await hasTraces(target));
  return { present: isFilled ? await findPresent(source, target, options.signal) : nothing, isDone: false };
}

const nothing: Present = { sessions: [], experiments: [], systems: [], versions: [], links: [] };

async function start(request: MigrationRequest, source: V2Source, options: MigrationOptions): Promise<Going> {
  const runId = `v2-${source.fingerprint.slice(0, 12)}`;
  const { target } = request;
  if (target.kind === 'file' && resolve(target.path) === source.path) throw sameFile(source.path);
  const isNew = target.kind === 'file' && (await sizeOf(target.path)) === undefined;
  return {
    request,
    source,
    runId,
    folder: runFolder(target, request.reportFolder, runId),
    startedAt: new Date().toISOString(),
    partial: isNew ? partialPath(target.path, runId) : null,
    options,
  };
}

async function runInto(going: Going, target: Target): Promise<MigrationReport> {
  const { source, runId, options } = going;
  await fitSchema(target, false);
  const before = await settled(going, target, await listRuns(target));
  if (before?.state === 'done') return tellAgain(going, target, before);
  const run = before ?? (await begin(going, target));
  const prepared = await prepareSource(source, run.plan.present, options.signal);
  const migration: Migration = { runId, source, target, prepared, plan: run.plan };
  let verification: Verification;
  try {
    await writeBatches(migration, options);
    verification = await verifyRun(migration, options);
  } catch (error) {
    if (options.signal.aborted) await takeBack(going, target, run);
    throw error;
  }
  if (verification.isEqual) await setState(target, runId, 'done');
  const state = verification.isEqual ? 'done' : 'failed';
  return makeReport({
    ...whatItIs(going, run.plan),
    prepared,
    present: run.plan.present,
    state,
    verification,
  });
}

/** The run as it stands; a rollback that was interrupted is finished first. */
async function settled(going: Going, target: Target, runs: readonly Run[]): Promise<Run | undefined> {
  checkOtherRuns(going, runs);
  const own = runs.find((run) => run.run_id === going.runId);
  if (own?.state !== 'rolling-back') return own;
  await removeRows(target, own, going.options);
  return undefined;
}

/** Sessions of an unfinished run are not whole: neither can they be left out nor written again. */
function checkOtherRuns({ runId, request }: Going, runs: readonly Run[]): void {
  const other = runs.find((run) => run.run_id !== runId && run.state !== 'done');
  if (other === undefined) return;
  const name = request.target.kind === 'file' ? request.target.path : request.target.name;
  throw new ExpectedError(
    'LOCKED',
    `${name} holds an unfinished migration: ${other.run_id}, of ${other.source}.`,
    {
      path: name,
      action: `Wait for its end where it still runs; else start that one again, or roll it back with --rollback ${other.run_id}.`,
    },
  );
}

const PLAN_ATTEMPTS = 8;

/** Backs up, plans, and notes the plan in the target. */
async function begin(going: Going, target: Target): Promise<Run> {
  const { request, source, runId, folder, partial, options } = going;
  options.report({ phase: 'Backing up', done: 0, total: null, unit: 'rows' });
  if (request.target.kind === 'file' && partial === null)
    await backUpLocked(target, request.target.path, folder);
  await fitSchema(target, true);
  await makeRunTables(target);
  for (let attempt = 0; attempt < PLAN_ATTEMPTS; attempt += 1) {
    // Another one may have begun since the last look.
    checkOtherRuns(going, await listRuns(target));
    const plan = await makePlan(going, target);
    if (await beginRun(target, { runId, source: source.path, plan })) {
      const run = (await listRuns(target)).find((each) => each.run_id === runId);
      if (run !== undefined) return run;
    }
  }
  throw new ExpectedError(
    'STORE_BUSY',
    `${target.name} is written by others too quickly to reserve numbers.`,
    {
      path: target.name,
      action: 'Try again when fewer programs write.',
    },
  );
}

async function makePlan({ source, options }: Going, target: Target): Promise<Plan> {
  const present = await findPresent(source, target, options.signal);
  const prepared = await prepareSource(source, present, options.signal);
  const numbers = await planNumbers(target, prepared.highest);
  return {
    zone: source.zone,
    sourcePath: source.path,
    fingerprint: source.fingerprint,
    batches: prepared.batches.length,
    numbers,
    present: {
      ...present,
      sessions: [...present.sessions],
      experiments: [...present.experiments],
      systems: [...present.systems],
      versions: [...present.versions],
      links: present.links.map(([a, b]) => [a, b]),
    },
  };
}

/** Nobody writes while the copy is made. */
async function backUpLocked(target: Target, path: string, folder: RunFolder): Promise<void> {
  const transaction = await target.lock();
  try {
    await backUp(path, folder);
  } finally {
    transaction[Symbol.dispose]();
  }
}

async function takeBack(
  { request, runId, partial, options }: Going,
  target: Target,
  run: Run,
): Promise<void> {
  if (request.target.kind === 'file' && partial !== null) {
    target[Symbol.dispose]();
    return removePartial(request.target.path, runId);
  }
  await removeRows(target, run, { report: options.report, signal: new AbortController().signal });
}

/** The source is there already: what the report said, and with `verify` whether it is still true. */
async function tellAgain(going: Going, target: Target, run: Run): Promise<MigrationReport> {
  const { request, source, runId, options } = going;
  const text = await readText(going.folder.report);
  const earlier = text === undefined ? undefined : migrationReport.safeParse(JSON.parse(text));
  if (request.verify !== true && earlier?.success === true) {
    return { ...earlier.data, state: 'already-done', isVerified: null };
  }
  const { present } = run.plan;
  const prepared = await prepareSource(source, present, options.signal);
  const migration: Migration = { runId, source, target, prepared, plan: run.plan };
  const verification = request.verify === true ? await verifyRun(migration, options) : null;
  const state = verification === null || verification.isEqual ? 'already-done' : 'failed';
  const report = makeReport({ ...whatItIs(going, run.plan), prepared, present, state, verification });
  return earlier?.success === true ? { ...report, target: earlier.data.target } : report;
}

function whatItIs({ request, source, runId, folder, startedAt, partial }: Going, plan: Plan | null) {
  const { target } = request;
  const hasBackup = target.kind === 'file' && partial === null;
  return {
    runId,
    source,
    startedAt,
    files: [folder.report, folder.page],
    bases: plan === null ? null : basesOf(plan.numbers),
    target: {
      kind: target.kind,
      name: target.kind === 'file' ? target.path : target.name,
      isNew: partial !== null,
      backup: hasBackup ? folder.backup : null,
      sha256: null,
    },
  };
}

/** Gives a new file its name, and writes the report. */
async function finish(
  { request, partial, folder }: Going,
  report: MigrationReport,
): Promise<MigrationReport> {
  const { target } = request;
  let whole = report;
  if (target.kind === 'file') {
    if (partial !== null && report.state === 'done') await finishFile(partial, target.path);
    const isHere = (await sizeOf(target.path)) !== undefined;
    const isOurs = report.state === 'done' && isHere;
    if (isOurs) whole = { ...report, target: { ...report.target, sha256: await fileDigest(target.path) } };
  }
  await writeText(folder.report, `${JSON.stringify(whole, null, 2)}\n`);
  await writeText(folder.page, migrationPage(whole));
  if (whole.state !== 'failed') return whole;
  throw new ExpectedError(
    'FORMAT_DAMAGED',
    `${whole.target.name} does not hold what it should: ${whole.differences[0] ?? 'sums or references differ'}.`,
    {
      path: whole.target.name,
      action: `Read ${folder.page}, then roll the run back: --rollback ${whole.runId}`,
      readable: 'what the report names as found',
      lost: 'what the report names as different',
    },
  );
}

async function hasTraces(target: Target): Promise<boolean> {
  const { rows } = await target.client.execute("SELECT 1 FROM sqlite_master WHERE name = 'session_traces'");
  return rows.length > 0;
}

function sameFile(path: string): ExpectedError {
  return new ExpectedError('EXPORT_TARGET_EXISTS', `${path} is the source itself.`, {
    path,
    action: 'Choose another file to write into.',
  });
}
