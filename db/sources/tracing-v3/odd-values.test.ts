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
import { readAll } from '../read-all';

const session = "INSERT INTO session_traces(session_id) VALUES ('s')";

async function query(statements: readonly string[], ...queries: readonly string[]): Promise<unknown[]> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, statements).close();
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  const found: unknown[] = [];
  for (const sql of queries) found.push(await rowsOf(workspace, sql));
  return found;
}

const rewards =
  'CREATE TABLE event_rewards(id INTEGER PRIMARY KEY, event_id ANY, session_id TEXT, reward_value REAL)';
const places = [
  'SELECT step_id, model FROM events e JOIN timesteps t USING (step_key) ORDER BY model',
  'SELECT step_id, content FROM messages m JOIN timesteps t USING (step_key)',
  'SELECT model, value FROM rewards r JOIN events e USING (event_key)',
];
const inPlaces = [
  [{ step_id: 'b', model: 'm' }],
  [{ step_id: 'a', content: 'hello' }],
  [{ model: 'm', value: 1.5 }],
];

function linked(type: string, id: (letter: string) => string, end = ''): string[] {
  return [
    `CREATE TABLE session_traces(session_id TEXT PRIMARY KEY, created_at TEXT, metadata TEXT)${end}`,
    `CREATE TABLE session_timesteps(id ${type}, session_id TEXT, step_id TEXT, step_index INTEGER, completed_at TEXT)${end}`,
    `CREATE TABLE events(id ${type}, session_id TEXT, timestep_id ANY, event_type TEXT, model_name TEXT)${end}`,
    `CREATE TABLE messages(id ${type}, session_id TEXT, timestep_id ANY, message_type TEXT, content TEXT)${end}`,
    rewards,
    session,
    `INSERT INTO session_timesteps VALUES (${id('b')}, 's', 'b', 1, NULL), (${id('a')}, 's', 'a', 0, NULL)`,
    `INSERT INTO events VALUES (${id('e')}, 's', ${id('b')}, 'cais', 'm')`,
    `INSERT INTO messages VALUES (${id('m')}, 's', ${id('a')}, 'user', 'hello')`,
    `INSERT INTO event_rewards VALUES (1, ${id('e')}, 's', 1.5)`,
  ];
}
const byNumber = (letter: string) => String(1000 - letter.charCodeAt(0));
const byText = (letter: string) => `'uuid-${letter}'`;

test.each([
  ['are numbers, but no keys', linked('INTEGER', byNumber)],
  ['are texts', linked('TEXT PRIMARY KEY', byText)],
  ['are keys of tables WITHOUT ROWID', linked('INTEGER PRIMARY KEY', byNumber, ' WITHOUT ROWID')],
  ['are texts of tables WITHOUT ROWID', linked('TEXT PRIMARY KEY', byText, ' WITHOUT ROWID')],
])('events, messages and rewards find what they speak of where ids %s', async (_name, statements) => {
  expect(await query(statements, ...places)).toEqual(inPlaces);
});

test('a view stands for its table, and a column named rowid hides nothing', async () => {
  const statements = [
    ...linked('INTEGER PRIMARY KEY', byNumber),
    'ALTER TABLE session_traces ADD COLUMN rowid TEXT',
    'ALTER TABLE messages RENAME TO kept_messages',
    'CREATE VIEW messages AS SELECT * FROM kept_messages',
    'CREATE VIEW broken AS SELECT * FROM nowhere',
  ];
  expect(await query(statements, ...places, 'SELECT session_id FROM sessions')).toEqual([
    ...inPlaces,
    [{ session_id: 's' }],
  ]);
});

test('row ids as large as SQLite has them are read, and gaps between them cost nothing', async () => {
  const highest = 9_223_372_036_854_775_807n;
  const statements = [
    ...dialectB,
    "INSERT INTO session_traces(rowid, session_id) VALUES (1, 'a'), (4000000000000, 'b'), (4611686018427387904, 'c')",
    `INSERT INTO session_timesteps(id, session_id, step_id) VALUES (-3, 'a', 'low'), (4611686018427387904, 'a', 'high')`,
    `INSERT INTO events(id, session_id, timestep_id, event_type) VALUES (${highest}, 'a', 4611686018427387904, 'cais'), (-9223372036854775808, 'a', -3, 'cais')`,
  ];
  const [sessions, events] = await query(
    statements,
    'SELECT session_id FROM sessions ORDER BY 1',
    'SELECT event_key, step_id FROM events JOIN timesteps USING (step_key) ORDER BY event_key',
  );
  expect(sessions).toEqual([{ session_id: 'a' }, { session_id: 'b' }, { session_id: 'c' }]);
  expect(events).toMatchObject([{ step_id: 'low' }, { step_id: 'high', event_key: String(highest) }]);
});

test('counts beyond what sums hold, and texts for numbers, end no reading and are never said to be 0', async () => {
  const call = (model: string, tokens: string, cents: string) =>
    `INSERT INTO events(session_id, event_type, model_name, input_tokens, output_tokens, cost_usd) VALUES ('s', 'cais', '${model}', ${tokens}, ${tokens}, ${cents})`;
  const statements = [
    ...dialectB,
    session,
    call('a', '4611686018427387904', '3'),
    call('b', '9223372036854775807', "'None'"),
    call('c', "'abc'", "''"),
    call('d', "'12'", "'$1.50'"),
  ];
  const [rows] = await query(
    statements,
    'SELECT model, input_tokens, total_tokens, cost_usd, cost_basis FROM events ORDER BY model',
  );
  expect(rows).toMatchObject([
    { model: 'a', total_tokens: null, cost_usd: 0.03, cost_basis: 'reported_rounded' },
    { model: 'b', input_tokens: '9223372036854775807', cost_usd: null, cost_basis: 'unpriced' },
    { model: 'c', input_tokens: null, total_tokens: null, cost_usd: null, cost_basis: 'unpriced' },
    { model: 'd', input_tokens: '12', total_tokens: '24', cost_usd: 0.015 },
  ]);
});

test('call records may be one object, or a list in a text; older names of usage count too; no error is none', async () => {
  const records = [
    '{"model_name":"m","usage":{"input_tokens":5,"output_tokens":6,"cost_usd":0.01}}',
    JSON.stringify('[{"usage":{"input_tokens":9}}]'),
    '[{"usage":{"prompt_tokens":7,"completion_tokens":8},"error":""}]',
    '[{"usage":{"input_tokens":1},"error":"boom"}]',
    'not json',
  ];
  const statements = [
    ...dialectB,
    session,
    ...records.map(
      (one, at) =>
        `INSERT INTO events(id, session_id, event_type, call_records) VALUES (${at + 1}, 's', 'cais', '${one}')`,
    ),
  ];
  const [rows] = await query(
    statements,
    'SELECT input_tokens, output_tokens, total_tokens, cost_usd, error FROM events ORDER BY event_key',
  );
  const nothing = { output_tokens: null, cost_usd: null, error: null };
  expect(rows).toEqual([
    { input_tokens: '5', output_tokens: '6', total_tokens: '11', cost_usd: 0.01, error: null },
    { ...nothing, input_tokens: '9', total_tokens: null },
    { ...nothing, input_tokens: '7', output_tokens: '8', total_tokens: '15' },
    { ...nothing, input_tokens: '1', total_tokens: null, error: 'boom' },
    { ...nothing, input_tokens: null, total_tokens: null },
  ]);
});

test('a total that nobody wrote is the sum where both parts are known, and generated columns are columns', async () => {
  const own = dialectB.map((sql) =>
    sql.replace('total_tokens INTEGER', 'total_tokens INTEGER AS (input_tokens + output_tokens + 1)'),
  );
  const insert =
    "INSERT INTO events(session_id, event_type, input_tokens, output_tokens) VALUES ('s', 'cais', 10, 5)";
  const total = 'SELECT total_tokens FROM events';
  expect(await query([...dialectB, session, insert], total)).toEqual([[{ total_tokens: '15' }]]);
  const half = insert.replace('10, 5', '10, NULL');
  expect(await query([...dialectB, session, half], total)).toEqual([[{ total_tokens: null }]]);
  expect(await query([...own, session, insert], total)).toEqual([[{ total_tokens: '16' }]]);
});

test('times are read in every spelling, and are UTC', async () => {
  const spellings = [
    '2026-01-02 03:04:05',
    '2026-01-02T03:04:05Z',
    '2026-01-02 05:04:05 +0200',
    '2026-01-02T03:04:05,000',
    '20260102T030405Z',
    'Fri, 02 Jan 2026 03:04:05 GMT',
    'Fri Jan  2 03:04:05 2026',
    '2026/01/02 03:04:05',
    '1767323045',
    '1767323045000',
  ];
  const statements = [
    ...dialectB,
    ...spellings.map(
      (text, at) => `INSERT INTO session_traces(session_id, created_at) VALUES ('s${at}', '${text}')`,
    ),
  ];
  const sql = 'SELECT session_id, CAST(created_at AS VARCHAR) AS time FROM sessions ORDER BY session_id';
  const [rows] = await query(statements, sql);
  expect(rows).toEqual(spellings.map((_, at) => ({ session_id: `s${at}`, time: '2026-01-02 03:04:05' })));
});

test('rows whose session is not in the file are counted and located, and shown in no session', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, [
    ...linked('INTEGER PRIMARY KEY', byNumber),
    "INSERT INTO events VALUES (5, 'gone', NULL, 'cais', 'm'), (6, NULL, NULL, 'cais', 'm')",
    "INSERT INTO messages VALUES (7, 'gone', NULL, 'user', 'lost')",
  ]).close();
  const { rows, warnings } = await readAll(file);
  const message = 'Rows name a session that the file does not have: they stand in no session.';
  expect(warnings).toEqual([
    { at: 'events, row 5', message, count: 2 },
    { at: 'messages, row 7', message, count: 1 },
  ]);
  expect(rows('sessions')).toHaveLength(1);
});
