import type { TableName } from '../model';
import type { StageName } from './types';

/** Which stage of a reading a table's rows belong to. */
const STAGES: Readonly<Record<TableName, StageName>> = {
  experiments: 'sessions',
  systems: 'sessions',
  system_versions: 'sessions',
  experiment_systems: 'sessions',
  sessions: 'sessions',
  timesteps: 'timesteps',
  turn_metrics: 'timesteps',
  events: 'events',
  rewards: 'events',
  spans: 'events',
  state_patches: 'events',
  messages: 'messages',
  event_payloads: 'payloads',
};

export function stageOf(table: TableName): StageName {
  return STAGES[table];
}
