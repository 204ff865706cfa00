import type { V2Table } from '../source/tables';
import insertEventSql from './sql/insert-event.sql?raw';
import insertExperimentSql from './sql/insert-experiment.sql?raw';
import insertLinkSql from './sql/insert-link.sql?raw';
import insertMessageSql from './sql/insert-message.sql?raw';
import insertSessionSql from './sql/insert-session.sql?raw';
import insertSystemSql from './sql/insert-system.sql?raw';
import insertTimestepSql from './sql/insert-timestep.sql?raw';
import insertVersionSql from './sql/insert-version.sql?raw';

/** A table of tracing v3 as the migration writes it; `columns` in the order of `insert`, the key first. */
export interface V3Table {
  readonly name: string;
  readonly insert: string;
  readonly columns: readonly string[];
  readonly hasNumbers: boolean;
  /** Whose rows may refer to a row of this table: table and column. */
  readonly referredBy: readonly (readonly [string, string])[];
}

function v3Table(insert: string, hasNumbers: boolean, referredBy: V3Table['referredBy']): V3Table {
  const [, name = '', list = ''] = /INSERT INTO (\w+) \(([^)]+)\)/.exec(insert) ?? [];
  return { name, insert, columns: list.split(/\s*,\s*/), hasNumbers, referredBy };
}

export const v3Tables: Readonly<Record<V2Table, V3Table>> = {
  experiments: v3Table(insertExperimentSql, false, [
    ['session_traces', 'experiment_id'],
    ['experimental_systems', 'experiment_id'],
  ]),
  systems: v3Table(insertSystemSql, false, [
    ['system_versions', 'system_id'],
    ['experimental_systems', 'system_id'],
  ]),
  versions: v3Table(insertVersionSql, false, [['experimental_systems', 'version_id']]),
  links: v3Table(insertLinkSql, true, []),
  sessions: v3Table(insertSessionSql, false, [
    ['session_timesteps', 'session_id'],
    ['events', 'session_id'],
    ['messages', 'session_id'],
    ['outcome_rewards', 'session_id'],
    ['event_rewards', 'session_id'],
  ]),
  timesteps: v3Table(insertTimestepSql, true, [
    ['events', 'timestep_id'],
    ['messages', 'timestep_id'],
  ]),
  events: v3Table(insertEventSql, true, [['event_rewards', 'event_id']]),
  messages: v3Table(insertMessageSql, true, [['event_rewards', 'message_id']]),
};

/** The tables that give numbers, by their name in the target. */
export const numberedTables = ['experimental_systems', 'session_timesteps', 'events', 'messages'] as const;
export type NumberedTable = (typeof numberedTables)[number];
