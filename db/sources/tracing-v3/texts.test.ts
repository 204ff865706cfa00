import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dialectB,
  makeSqlite,
  openAndRead,
  openTestWorkspace,
  rowsOf,
  temporaryFolder,
} from '../../analytics/workspace/fixture';

/** Whole characters of every kind; those that the chunk's text is made of come often. */
const character = fc.oneof(
  fc.constantFrom("'", '"', '\u0000', '\u0001', '\u001f', '\n', '\r', '\r\n', '\\', ',', 'NULL', '\ufeff'),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const anyText = fc.array(character, { maxLength: 12 }).map((parts) => parts.join(''));
const row = fc.record({
  content: anyText,
  metadata: fc.option(anyText),
  state: fc.option(anyText),
  records: fc.option(anyText),
});

const hex = (text: string | null) => text && Buffer.from(text).toString('hex').toUpperCase();

test('any text arrives as it was written; the empty text stays apart from none', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
      await using folder = await temporaryFolder();
      const file = join(folder.path, 'x.db');
      const database = makeSqlite(file, [...dialectB, "INSERT INTO session_traces(session_id) VALUES ('s')"]);
      const message = database.prepare(
        "INSERT INTO messages(session_id, message_type, content, metadata) VALUES ('s', 'user', ?, ?)",
      );
      const event = database.prepare(
        "INSERT INTO events(session_id, event_type, system_state_after, call_records, metadata) VALUES ('s', 'runtime', ?, ?, 'kept')",
      );
      for (const { content, metadata, state, records } of rows) {
        message.run(content, metadata);
        event.run(state, records);
      }
      database.close();
      await using workspace = await openTestWorkspace(folder.path);
      await openAndRead(workspace, file);
      // Bytes are compared: DuckDB's driver drops a byte order mark when it makes a JavaScript string.
      const messages =
        'SELECT hex(content) AS content, hex(metadata) AS metadata FROM messages ORDER BY message_key';
      expect(await rowsOf(workspace, messages)).toEqual(
        rows.map(({ content, metadata }) => ({ content: hex(content), metadata: hex(metadata) })),
      );
      const payloads =
        'SELECT hex(state_after) AS state, hex(call_records) AS records FROM event_payloads ORDER BY event_key';
      expect(await rowsOf(workspace, payloads)).toEqual(
        rows.map(({ state, records }) => ({ state: hex(state), records: hex(records) })),
      );
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

test('bytes that are no text are replaced, and the rows beside them stay', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, [
    ...dialectB,
    "INSERT INTO session_traces(session_id) VALUES ('s')",
    "INSERT INTO messages(session_id, message_type, content) VALUES ('s', 'user', CAST(x'61ff' AS TEXT)), ('s', 'user', 'b')",
  ]).close();
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  expect(await rowsOf(workspace, 'SELECT content FROM messages ORDER BY message_key')).toEqual([
    { content: 'a\ufffd' },
    { content: 'b' },
  ]);
});

test('a text longer than a chunk arrives whole, between short ones', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, [
    ...dialectB,
    "INSERT INTO session_traces(session_id) VALUES ('s')",
    `INSERT INTO messages(session_id, message_type, content)
      VALUES ('s', 'user', 'before'), ('s', 'user', printf('%.*c', 9000000, 'x') || 'end'), ('s', 'user', 'after')`,
  ]).close();
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  expect(
    await rowsOf(
      workspace,
      'SELECT length(content)::INTEGER AS length, right(content, 3) AS ending FROM messages ORDER BY message_key',
    ),
  ).toEqual([
    { length: 6, ending: 'ore' },
    { length: 9_000_003, ending: 'end' },
    { length: 5, ending: 'ter' },
  ]);
});
