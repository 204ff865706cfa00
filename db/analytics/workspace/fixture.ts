import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'libsql';
import { openWorkspace } from './index';
import type { Workspace, WorkspaceOptions } from './types';

/** A folder of a test's own, gone with it. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'stepscope-workspace-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export function openTestWorkspace(
  folder: string,
  options: Omit<WorkspaceOptions, 'cacheFolder'> = {},
): Promise<Workspace> {
  return openWorkspace({ ...options, cacheFolder: join(folder, 'cache') });
}

export const patience = () => AbortSignal.timeout(20_000);

/** Opens a path, waits until it is read, and gives the id of its only source. */
export async function openAndRead(workspace: Workspace, path: string): Promise<string> {
  const [result] = await workspace.open([{ kind: 'path', path }], patience());
  if (result?.failure != null) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  await workspace.settled(patience());
  const [sourceId] = result?.sourceIds ?? [];
  if (sourceId === undefined) throw new Error('No source was opened.');
  return sourceId;
}

/** Rows as JSON: bigints as text, times as DuckDB writes them. */
export async function rowsOf(workspace: Workspace, sql: string): Promise<unknown[]> {
  const connection = await workspace.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
  }
}

/** Makes a SQLite file from statements; the caller may go on writing to it. */
export function makeSqlite(file: string, statements: readonly string[]): Sqlite.Database {
  const database = new Sqlite(file);
  for (const sql of statements) database.exec(sql);
  return database;
}

export const dialectB = [
  'CREATE TABLE experiments(experiment_id VARCHAR PRIMARY KEY, name VARCHAR, description TEXT, created_at DATETIME, updated_at DATETIME, configuration TEXT, metadata TEXT)',
  'CREATE TABLE systems(system_id VARCHAR PRIMARY KEY, name VARCHAR, system_type VARCHAR, description TEXT, created_at DATETIME, metadata TEXT)',
  'CREATE TABLE session_traces(session_id VARCHAR PRIMARY KEY, created_at DATETIME, num_timesteps INTEGER, num_events INTEGER, num_messages INTEGER, metadata TEXT, experiment_id VARCHAR, embedding VECTOR)',
  'CREATE TABLE session_timesteps(id INTEGER PRIMARY KEY AUTOINCREMENT, session_id VARCHAR, step_id VARCHAR, step_index INTEGER, turn_number INTEGER, started_at DATETIME, completed_at DATETIME, num_events INTEGER, num_messages INTEGER, step_metadata TEXT)',
  'CREATE TABLE events(id INTEGER PRIMARY KEY AUTOINCREMENT, session_id VARCHAR, timestep_id INTEGER, event_type VARCHAR, system_instance_id VARCHAR, event_time FLOAT, message_time INTEGER, created_at DATETIME, model_name VARCHAR, provider VARCHAR, input_tokens INTEGER, output_tokens INTEGER, total_tokens INTEGER, cost_usd INTEGER, latency_ms INTEGER, span_id VARCHAR, trace_id VARCHAR, call_records TEXT, reward FLOAT, terminated BOOLEAN, truncated BOOLEAN, system_state_before TEXT, system_state_after TEXT, metadata TEXT, event_metadata TEXT, embedding VECTOR)',
  'CREATE TABLE messages(id INTEGER PRIMARY KEY AUTOINCREMENT, session_id VARCHAR, timestep_id INTEGER, message_type VARCHAR, content TEXT, timestamp DATETIME, event_time FLOAT, message_time INTEGER, metadata TEXT, embedding VECTOR)',
  'CREATE TABLE outcome_rewards(id INTEGER PRIMARY KEY AUTOINCREMENT, session_id VARCHAR, total_reward INTEGER, achievements_count INTEGER, total_steps INTEGER, created_at DATETIME, reward_metadata TEXT)',
  'CREATE TABLE event_rewards(id INTEGER PRIMARY KEY AUTOINCREMENT, event_id INTEGER, session_id VARCHAR, message_id INTEGER, turn_number INTEGER, reward_value FLOAT, reward_type VARCHAR, "key" VARCHAR, annotation TEXT, source VARCHAR, created_at DATETIME)',
] as const;
