import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAll } from '../read-all';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pidgin-sqlite-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The tables as Pidgin made them then, without those of its eighty measures that are not read. */
const SCHEMA = `CREATE TABLE experiments (experiment_id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TIMESTAMP, started_at TIMESTAMP,
    completed_at TIMESTAMP, status TEXT, config JSON NOT NULL, total_conversations INTEGER, metadata JSON);
  CREATE TABLE conversations (conversation_id TEXT PRIMARY KEY, experiment_id TEXT NOT NULL, created_at TIMESTAMP, started_at TIMESTAMP,
    completed_at TIMESTAMP, status TEXT, config JSON NOT NULL, first_speaker TEXT, agent_a_model TEXT NOT NULL, agent_b_model TEXT NOT NULL,
    agent_a_chosen_name TEXT, agent_b_chosen_name TEXT, total_turns INTEGER, convergence_reason TEXT, final_convergence_score REAL,
    error_message TEXT, metadata JSON);
  CREATE TABLE turns (conversation_id TEXT NOT NULL, turn_number INTEGER NOT NULL, speaker TEXT NOT NULL, timestamp TIMESTAMP,
    message TEXT NOT NULL, message_length INTEGER, convergence_score REAL, response_time_ms INTEGER, additional_metrics JSON,
    PRIMARY KEY (conversation_id, turn_number));`;

function write(path: string): void {
  const database = new Database(path);
  database.exec(`PRAGMA journal_mode = WAL; ${SCHEMA}
    INSERT INTO experiments VALUES ('exp_1', 'talk', '2025-06-10 10:00:00', NULL, NULL, 'completed', '{"repetitions": 2}', 2, NULL);
    INSERT INTO conversations VALUES ('c1', 'exp_1', '2025-06-10 10:00:00', '2025-06-10 10:00:01', '2025-06-10 10:01:00', 'completed', '{}',
      'agent_a', 'claude', 'gpt-4o', 'Ada', NULL, 4, 'max_turns', 0.5, NULL, NULL);
    INSERT INTO conversations VALUES ('c2', 'exp_1', '2025-06-10 10:02:00', NULL, NULL, 'failed', '{}', 'agent_a', 'claude', 'gpt-4o',
      NULL, NULL, 0, NULL, NULL, 'No key.', NULL);
    INSERT INTO turns VALUES ('c1', 0, 'agent_a', '2025-06-10 10:00:02', 'Hello there, how are you?', 25, NULL, 1200, NULL);
    INSERT INTO turns VALUES ('c1', 1, 'agent_b', '2025-06-10 10:00:04', 'Hello there, how are you?', 25, 1.0, 900, '{"x": 1}');`);
  database.close();
}

describe("Pidgin's old SQLite", () => {
  it('opens with its conversations, turns and scores, and stays as it is', async () => {
    const path = join(folder, 'experiments.db');
    write(path);
    const before = await readFile(path);
    const { rows, sources, files, warnings } = await readAll(path);
    expect(sources).toEqual([{ format: 'pidgin-sqlite', dialect: null, name: 'experiments.db' }]);
    expect(rows('experiments')).toMatchObject([
      { experiment_id: 'exp_1', configuration: '{"repetitions": 2}' },
    ]);
    expect(rows('sessions')).toMatchObject([
      { session_id: 'c2', status: 'error', error: 'No key.', title: 'talk · claude ↔ gpt-4o' },
      {
        session_id: 'c1',
        status: 'completed',
        title: 'talk · Ada ↔ gpt-4o',
        ended_at: '2025-06-10 10:01:00',
      },
    ]);
    expect(rows('timesteps').map(({ turn_number }) => turn_number)).toEqual(['0', '1']);
    expect(rows('messages').map(({ author, content }) => [author, content])).toEqual([
      ['agent_a', 'Hello there, how are you?'],
      ['agent_b', 'Hello there, how are you?'],
    ]);
    expect(rows('events')).toMatchObject([
      { model: 'claude', latency_ms: '1200', input_tokens: null, cost_basis: 'unpriced' },
      { model: 'gpt-4o', latency_ms: '900' },
    ]);
    expect(rows('turn_metrics')).toMatchObject([
      { turn_number: '1', convergence_recorded: '1', convergence_score: '1' },
    ]);
    expect(files).toEqual([{ file: 'experiments.db', read: 5, skipped: 0, reasons: [] }]);
    expect(warnings).toEqual([]);
    expect(await readFile(path)).toEqual(before);
  });
});
