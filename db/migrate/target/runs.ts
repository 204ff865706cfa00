import { z } from 'zod';
import type { Bases } from '../rows/to-v3';
import { type NumberedTable, numberedTables } from './columns';
import type { Target } from './open-target';
import addSequenceSql from './sql/add-sequence.sql?raw';
import batchKeysSql from './sql/batch-keys.sql?raw';
import batchesSql from './sql/batches.sql?raw';
import beginRunSql from './sql/begin-run.sql?raw';
import listBatchesSql from './sql/list-batches.sql?raw';
import listRunsSql from './sql/list-runs.sql?raw';
import readSequencesSql from './sql/read-sequences.sql?raw';
import reserveNumbersSql from './sql/reserve-numbers.sql?raw';
import runsSql from './sql/runs.sql?raw';
import setStateSql from './sql/set-state.sql?raw';

const whole = z.union([z.bigint(), z.number().int()]).transform(BigInt);
const digits = z.string().transform(BigInt);
const numbers = z.object({ before: digits.nullable(), base: digits, reserved: digits });

/** What was decided before the first write, kept in the target: a run that goes on decides nothing anew. */
const planSchema = z.object({
  zone: z.string(),
  sourcePath: z.string(),
  fingerprint: z.string(),
  batches: z.number().int(),
  /** By numbered table; `before` null: the list of numbers did not have it. */
  numbers: z.object({
    experimental_systems: numbers,
    session_timesteps: numbers,
    events: numbers,
    messages: numbers,
  }),
  present: z.object({
    sessions: z.array(z.string()),
    experiments: z.array(z.string()),
    systems: z.array(z.string()),
    versions: z.array(z.string()),
    links: z.array(z.tuple([z.string(), z.string()])),
  }),
});
export type Plan = z.infer<typeof planSchema>;

const runRow = z.object({
  run_id: z.string(),
  state: z.enum(['running', 'done', 'rolling-back']),
  source: z.string(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  plan: z.string().transform((text) => planSchema.parse(JSON.parse(text))),
});
export type Run = z.infer<typeof runRow>;

const tableName = z.object({ name: z.string() });

export async function listRuns(target: Target): Promise<Run[]> {
  const named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'stepscope_migration_runs'";
  if ((await target.rows(named, tableName)).length === 0) return [];
  return target.rows(listRunsSql, runRow);
}

export async function makeRunTables(target: Target): Promise<void> {
  await target.write([runsSql, batchesSql]);
}

const sequenceRow = z.object({ name: z.enum(numberedTables), highest: whole, was_listed: whole, seq: whole });

export type Numbers = Plan['numbers'];

/** Numbers for the run: as tracing v2 gave them where the table is empty, past everything that is there otherwise. */
export async function planNumbers(
  target: Target,
  highest: Readonly<Record<NumberedTable, bigint>>,
): Promise<Numbers> {
  const rows = await target.rows(readSequencesSql, sequenceRow);
  const of = (name: NumberedTable) => {
    const row = rows.find((each) => each.name === name);
    const base = row?.highest ?? 0n;
    const before = row !== undefined && row.was_listed > 0n ? row.seq : null;
    return { before, base, reserved: base + highest[name] };
  };
  return {
    experimental_systems: of('experimental_systems'),
    session_timesteps: of('session_timesteps'),
    events: of('events'),
    messages: of('messages'),
  };
}

export function basesOf({ experimental_systems, session_timesteps, events, messages }: Numbers): Bases {
  return {
    experimental_systems: experimental_systems.base,
    session_timesteps: session_timesteps.base,
    events: events.base,
    messages: messages.base,
  };
}

/** Notes the run and takes its numbers in one transaction. False: somebody wrote meanwhile, plan again. */
export async function beginRun(
  target: Target,
  { runId, source, plan }: { runId: string; source: string; plan: Plan },
): Promise<boolean> {
  const text = JSON.stringify(plan, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const bases = numberedTables.map((name) => plan.numbers[name].base);
  const begin = { sql: beginRunSql, args: [runId, source, new Date().toISOString(), text, ...bases] };
  const reserve = numberedTables.flatMap((name) => [
    { sql: addSequenceSql, args: [name, runId] },
    { sql: reserveNumbersSql, args: [name, plan.numbers[name].reserved, runId] },
  ]);
  const isBegun = async () => (await listRuns(target)).some((run) => run.run_id === runId);
  await target.write([begin, ...reserve], { isDone: isBegun });
  return isBegun();
}

const batchRow = z.object({ number: whole.transform(Number), table_name: z.string() });

export async function listWritten(target: Target, runId: string): Promise<z.output<typeof batchRow>[]> {
  return target.rows(listBatchesSql, batchRow, [runId]);
}

const keyList = z
  .string()
  .transform((text) => z.array(z.union([z.string(), z.number()])).parse(JSON.parse(text)));

/** The keys of a batch as JSON, for the statements that take them. */
export async function keysOf(target: Target, runId: string, number: number): Promise<string> {
  const [row] = await target.rows(batchKeysSql, z.object({ keys: z.string() }), [runId, number]);
  if (row === undefined) throw new Error(`batch ${number} of ${runId} is not there`);
  keyList.parse(row.keys);
  return row.keys;
}

export async function setState(target: Target, runId: string, state: Run['state']): Promise<void> {
  const at = state === 'done' ? new Date().toISOString() : null;
  await target.write([{ sql: setStateSql, args: [runId, state, at] }]);
}
