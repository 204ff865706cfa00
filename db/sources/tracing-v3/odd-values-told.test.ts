import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dialectB, makeSqlite, temporaryFolder } from '../../analytics/workspace/fixture';
import { readAll } from '../read-all';

async function told(statements: readonly string[]) {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, [
    ...dialectB,
    "INSERT INTO session_traces(session_id) VALUES ('s')",
    ...statements,
  ]).close();
  const { rows, warnings } = await readAll(file);
  return { rows, said: warnings.map(({ at, message, count }) => `${at}: ${message} ${count}`) };
}

const event = (columns: string, ...rows: readonly string[]) =>
  `INSERT INTO events(session_id, event_type, ${columns}) VALUES ${rows.map((row) => `('s', 'cais', ${row})`).join(', ')}`;

test('numbers that are none, rounded, negative, infinite or too large are told by column, row and count', async () => {
  const { said, rows } = await told([
    event(
      'input_tokens, output_tokens, cost_usd, latency_ms, reward, terminated',
      '1, 2, 3, 4.5, 0.5, 1',
      "'many', -5, 'free', 9e999, -9e999, 'maybe'",
      "'few', 12.5, '$2', 'slow', 'good', 'true'",
      '9007199254740993, 1e19, 0.5, -1, NULL, NULL',
      "NULL, 1, -3, 1, 1, 'false'",
    ),
  ]);
  expect(said).toEqual([
    'events, row 2: "input_tokens" is not a number here: it was left empty. 2',
    'events, row 4: "input_tokens" is beyond 2^53 here: sums of it may differ in their last digits. 1',
    'events, row 4: "output_tokens" is beyond 64 bits here: it was left empty. 1',
    'events, row 3: "output_tokens" is not a whole number here: it was rounded. 1',
    'events, row 2: "output_tokens" is less than 0 here: it is shown and summed as it stands. 1',
    'events, row 2: "cost_usd" is not an amount here: it was left empty. 1',
    'events, row 5: "cost_usd" is less than 0 here: it is shown and summed as it stands. 1',
    'events, row 3: "cost_usd" is a text here: the number in it was taken as cents. 1',
    'events, row 4: "cost_usd" is not whole cents here: it was taken as a fraction of a cent. 1',
    'events, row 3: "latency_ms" is not a number here: it was left empty. 1',
    'events, row 2: "latency_ms" is not finite here: it was left empty. 1',
    'events, row 3: "reward" is not a number here: it was left empty. 1',
    'events, row 2: "reward" is not finite here: it was left empty. 1',
    'events, row 2: "terminated" is neither true nor false here: it was left empty. 1',
  ]);
  expect(rows('events').map(({ input_tokens, latency_ms }) => [input_tokens, latency_ms])).toEqual([
    ['1', '4.5'],
    ['many', null],
    ['few', 'slow'],
    ['9007199254740993', '-1'],
    [null, '1'],
  ]);
});

test('times in other units are read and told, and texts that are no time', async () => {
  const { said } = await told([
    event(
      'event_time, created_at',
      '1767225600, NULL',
      '1767225600000, NULL',
      "NULL, 'yesterday'",
      '12.5, NULL',
    ),
    "INSERT INTO messages(session_id, message_type, timestamp) VALUES ('s', 'user', 'Thu, 01 Jan 2026 00:00:00 GMT'), ('s', 'user', 'soon')",
  ]);
  expect(said).toEqual([
    'events, row 2: "event_time" is in milliseconds here, not in seconds: it was read as such. 1',
    'events, row 4: "event_time" is before 1973 here: no Unix time, most likely. 1',
    'events, row 3: "created_at" is not a time here: it was left empty. 1',
    'messages, row 2: "timestamp" is not a time here: it was left empty. 1',
  ]);
});

test('what is not JSON is told; the NaN of Python is, and its tokens count', async () => {
  const { said, rows } = await told([
    event(
      'call_records, metadata',
      `'[{"usage": {"input_tokens": 7, "cost_usd": NaN}, "logprob": -Infinity}]', '{"a": NaN}'`,
      "'[{', 'plain'",
      "'[]', '{}'",
    ),
    "INSERT INTO messages(session_id, message_type, content, metadata) VALUES ('s', 'user', 'no JSON needed', '{')",
  ]);
  expect(said).toEqual([
    'events, row 2: "call_records" is not JSON here: nothing was taken out of it. 1',
    'events, row 2: "metadata" is not JSON here: nothing was taken out of it. 1',
    'messages, row 1: "metadata" is not JSON here: nothing was taken out of it. 1',
  ]);
  expect(rows('events').map(({ input_tokens, cost_usd }) => [input_tokens, cost_usd])).toEqual([
    ['7', null],
    [null, null],
    [null, null],
  ]);
});
