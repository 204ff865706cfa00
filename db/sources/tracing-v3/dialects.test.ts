import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  dialectB,
  makeSqlite,
  openAndRead,
  openTestWorkspace,
  rowsOf,
  temporaryFolder,
} from '../../analytics/workspace/fixture';

const stepsAndMessages = [
  'CREATE TABLE session_timesteps(id INTEGER PRIMARY KEY, session_id TEXT, step_id TEXT, step_index INTEGER, turn_number INTEGER, timestamp TEXT)',
  'CREATE TABLE messages(id INTEGER PRIMARY KEY, session_id TEXT, timestep_id INTEGER, message_type TEXT, content TEXT, timestamp TEXT, event_time REAL, message_time INTEGER)',
  "INSERT INTO session_timesteps VALUES (1, 's', 'one', 0, 0, '2026-01-01 00:00:01')",
];

const dialects = {
  A: [
    'CREATE TABLE session_traces(session_id TEXT PRIMARY KEY, created_at TEXT, metadata TEXT)',
    ...stepsAndMessages,
    'CREATE TABLE events(id INTEGER PRIMARY KEY, session_id TEXT, timestep_id INTEGER, event_type TEXT, event_time REAL, message_time INTEGER, model_name TEXT, prompt_tokens INTEGER, completion_tokens INTEGER, total_tokens INTEGER, cost TEXT, reward TEXT, terminated TEXT)',
    "INSERT INTO session_traces VALUES ('s', '2026-01-01 00:00:00', NULL)",
    "INSERT INTO events VALUES (1, 's', 1, 'cais', 1767225600.5, 1, 'm', 10, 5, 15, '0.0125', '0.75', 'True')",
  ],
  B: [
    ...dialectB,
    "INSERT INTO session_traces(session_id, created_at) VALUES ('s', '2026-01-01 00:00:00')",
    "INSERT INTO events(session_id, event_type, created_at, cost_usd, input_tokens, output_tokens, reward, terminated) VALUES ('s', 'cais', '2026-01-01 00:00:00.500000', 1, 10, 5, 0.75, 1)",
  ],
  C: [
    ...dialectB,
    "INSERT INTO session_traces(session_id, created_at) VALUES ('s', '2026-01-01T00:00:00+00:00')",
    "INSERT INTO events(session_id, event_type, event_time, cost_usd, input_tokens, output_tokens, reward, terminated) VALUES ('s', 'cais', 1767225600.5, 1, 10, 5, 0.75, 1)",
  ],
  D: [
    ...dialectB.filter((sql) => !sql.includes('outcome_rewards')),
    'CREATE TABLE outcome_rewards(id INTEGER PRIMARY KEY, session_id TEXT, total_reward FLOAT, achievements_count INTEGER, total_steps INTEGER, created_at TEXT, reward_metadata TEXT, annotation TEXT)',
    "INSERT INTO session_traces(session_id, created_at) VALUES ('s', '2026-01-01T00:00:00+00:00')",
    "INSERT INTO events(session_id, event_type, event_time, cost_usd, input_tokens, output_tokens, reward, terminated) VALUES ('s', 'cais', 1767225600.5, 1, 10, 5, 0.75, 1)",
  ],
  E: [
    'CREATE TABLE session_traces(session_id TEXT PRIMARY KEY, created_at TEXT, metadata TEXT)',
    ...stepsAndMessages,
    'CREATE TABLE events(id INTEGER PRIMARY KEY, session_id TEXT, timestep_id INTEGER, event_type TEXT, event_time REAL, message_time INTEGER, model_name TEXT, input_tokens INTEGER, output_tokens INTEGER, cost_cents INTEGER, reward REAL, terminated INTEGER)',
    'CREATE TABLE outcome_rewards(id INTEGER PRIMARY KEY, session_id TEXT, objective_key TEXT, total_reward REAL, created_at TEXT)',
    "INSERT INTO session_traces VALUES ('s', '2026-01-01T00:00:00Z', NULL)",
    "INSERT INTO events VALUES (1, 's', 1, 'cais', 1767225600.5, 1, 'm', 10, 5, 1, 0.75, 1)",
    "INSERT INTO outcome_rewards VALUES (1, 's', 'win', 2.5, '2026-01-01T00:00:00Z')",
  ],
} as const;

for (const [dialect, statements] of Object.entries(dialects)) {
  test(`dialect ${dialect} is told by its columns and read into the same rows`, async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'x.db');
    makeSqlite(file, statements).close();
    await using workspace = await openTestWorkspace(folder.path);
    await openAndRead(workspace, file);
    expect(workspace.state().sources[0]?.dialect).toBe(dialect);
    expect(
      await rowsOf(
        workspace,
        'SELECT occurred_at, input_tokens, output_tokens, reward, terminated, cost_usd, cost_basis FROM events',
      ),
    ).toEqual([
      {
        occurred_at: '2026-01-01 00:00:00.5',
        input_tokens: '10',
        output_tokens: '5',
        reward: 0.75,
        terminated: true,
        cost_usd: dialect === 'A' ? 0.0125 : 0.01,
        cost_basis: dialect === 'A' ? 'reported' : 'reported_rounded',
      },
    ]);
    expect(await rowsOf(workspace, 'SELECT created_at FROM sessions')).toEqual([
      { created_at: '2026-01-01 00:00:00' },
    ]);
  });
}

test('sessions of mixed time formats sort by time', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, [
    ...dialectB,
    "INSERT INTO session_traces(session_id, created_at) VALUES ('second', '2026-01-01 10:00:00.5'), ('third', '2026-01-01T12:30:00+02:00'), ('first', '2026-01-01 09:00:00')",
  ]).close();
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  expect(await rowsOf(workspace, 'SELECT session_id FROM sessions ORDER BY created_at')).toEqual(
    ['first', 'second', 'third'].map((session_id) => ({ session_id })),
  );
});
