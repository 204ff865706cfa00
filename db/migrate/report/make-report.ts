import type { MigrationReport } from '../../model';
import type { Bases } from '../rows/to-v3';
import type { V2Source } from '../source/open-source';
import type { Prepared, Present } from '../source/prepared';
import { type V2Table, v2TableNames } from '../source/tables';
import { v3Tables } from '../target/columns';
import type { Verification } from '../verify';

export interface Told {
  readonly runId: string;
  readonly state: MigrationReport['state'];
  readonly source: V2Source;
  readonly target: MigrationReport['target'];
  readonly startedAt: string;
  readonly files: string[];
  readonly prepared: Prepared;
  readonly present: Present;
  readonly bases: Bases | null;
  readonly verification: Verification | null;
}

const sourceTables: Readonly<Record<V2Table, string>> = {
  experiments: 'experiments',
  systems: 'systems',
  versions: 'system_versions',
  links: 'experimental_systems',
  sessions: 'session_traces',
  timesteps: 'session_timesteps',
  events: 'events',
  messages: 'messages',
};

export function makeReport(told: Told): MigrationReport {
  const { source, prepared, verification } = told;
  const tables = v2TableNames.map((name) => {
    const written = prepared.batches
      .filter((batch) => batch.table === name)
      .reduce((sum, batch) => sum + batch.rows, 0);
    const added = placeholdersOf(name, prepared);
    const rows = source.rows[sourceTables[name]] ?? 0;
    const check = verification?.tables[name];
    return {
      table: v3Tables[name].name,
      source: rows,
      present: rows + added - written,
      written,
      found: check?.found ?? null,
      checksum: check?.checksum ?? null,
      foundChecksum: check?.foundChecksum ?? null,
    };
  });
  return {
    kind: 'tracing-v2-migration',
    runId: told.runId,
    state: told.state,
    source: { path: source.path, form: source.form, zone: source.zone, fingerprint: source.fingerprint },
    target: told.target,
    startedAt: told.startedAt,
    finishedAt: new Date().toISOString(),
    tables,
    sums: verification?.sums ?? [],
    foreignKeys: verification?.foreignKeys ?? [],
    isVerified: verification?.isEqual ?? null,
    differences: [...(verification?.differences ?? [])],
    notes: notesOf(told),
    files: told.files,
  };
}

function placeholdersOf(table: V2Table, { findings }: Prepared): number {
  if (table === 'sessions') return findings.placeholder_sessions;
  return table === 'experiments' ? findings.placeholder_experiments : 0;
}

function notesOf({ source, prepared, present, bases }: Told): string[] {
  const { findings } = prepared;
  const notes: string[] = [];
  const say = (count: number, one: string, many: string) => {
    if (count > 0) notes.push(`${count.toLocaleString('en-US')} ${count === 1 ? one : many}`);
  };
  const [left] = present.sessions;
  say(
    present.sessions.length,
    `session is in the target already and was left out: ${left}.`,
    `sessions are in the target already and were left out, for example ${left}.`,
  );
  say(
    findings.placeholder_sessions,
    'session that rows refer to is gone; it got a placeholder.',
    'sessions that rows refer to are gone; each got a placeholder.',
  );
  say(
    findings.placeholder_experiments,
    'experiment that sessions refer to is not in the source; it got a placeholder.',
    'experiments that sessions refer to are not in the source; each got a placeholder.',
  );
  say(
    findings.events_placed,
    'event found its step through its metadata.',
    'events found their step through their metadata.',
  );
  say(
    findings.events_lost,
    'event names a step that is not there; the name stays in its metadata.',
    'events name a step that is not there; the name stays in their metadata.',
  );
  say(findings.messages_placed, 'message found its step.', 'messages found their step.');
  say(
    findings.messages_lost,
    'message names a step that is not there; the name stays in its content.',
    'messages name a step that is not there; the name stays in their content.',
  );
  if (bases !== null && Object.values(bases).some((base) => base > 0n)) {
    notes.push(
      'Ids were shifted past those of the target; each row keeps its own as tracing_v2.id in its metadata.',
    );
  }
  if (source.zone !== 'UTC') notes.push(`Naive times were read as ${source.zone} and written in UTC.`);
  if (source.form === 'parquet') notes.push('The Parquet export has no systems, versions and experiments.');
  return notes;
}
