import fc from 'fast-check';
import Database from 'libsql';
import { expect, test } from 'vitest';
import type { Mapping } from '../../model';
import { Files } from './testing';

interface Value {
  readonly session: string;
  readonly content: string;
  readonly tokens: bigint | null;
  readonly cost: number | null;
}

/** Texts that every kind of file can hold; an empty field of a CSV is no value. */
const text = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    fc.constantFrom(
      '"',
      '""',
      'a,b',
      "'",
      'two\nlines',
      ' spaced ',
      'NULL',
      '\u001f',
      '{"a": 1}',
      'é🦀',
      '\\',
      '=',
    ),
  )
  .filter((value) => !/[\0\r\uFEFF]|^$/.test(value));

const values: readonly Value[] = fc.sample(
  fc.record({
    session: fc.constantFrom('s1', 's2', 's 3'),
    content: text,
    tokens: fc.option(fc.bigInt({ min: 0n, max: 2n ** 62n })),
    cost: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
  }),
  { seed: 20_261_121, numRuns: 300 },
);

async function expectSame(files: Files, path: string): Promise<void> {
  const proposal = await files.propose(path);
  const [table = ''] = proposal.schema.tables.map(({ name }) => name);
  const session = { column: 'session' };
  const mapping: Mapping = {
    ...proposal,
    entries: [
      { table, kind: 'message', fields: { session, content: { column: 'content' } } },
      {
        table,
        kind: 'event',
        fields: { session, total_tokens: { column: 'tokens' }, cost: { column: 'cost', unit: 'dollars' } },
      },
    ],
  };
  const read = await files.read(path, mapping);
  expect(read.rows('messages').map((row) => [row.session_id, row.content])).toEqual(
    values.map(({ session: id, content }) => [id, content]),
  );
  const calls = values.filter(({ tokens, cost }) => tokens !== null || cost !== null);
  expect(
    read
      .rows('events')
      .map((row) => [
        row.session_id,
        row.total_tokens === null ? null : BigInt(String(row.total_tokens)),
        row.cost_usd === null ? null : Number(row.cost_usd),
      ]),
  ).toEqual(calls.map(({ session: id, tokens, cost }) => [id, tokens, cost]));
  expect(read.warnings).toEqual([]);
}

test('whatever a CSV, JSON lines, a JSON array or a SQLite table holds comes out of it as it was', async () => {
  using files = new Files();
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const csv = values.map(({ session, content, tokens, cost }) =>
    [session, quoted(content), tokens ?? '', cost ?? ''].join(','),
  );
  await expectSame(files, files.write('values.csv', `session,content,tokens,cost\n${csv.join('\n')}\n`));

  const json = values.map(
    ({ session, content, tokens, cost }) =>
      `{"session":${JSON.stringify(session)},"content":${JSON.stringify(content)},"tokens":${tokens},"cost":${cost}}`,
  );
  await expectSame(files, files.write('values.jsonl', `${json.join('\n')}\n`));
  await expectSame(files, files.write('values.json', `[${json.join(',\n')}]`));

  const path = files.path('values.db');
  const database = new Database(path);
  database.exec('CREATE TABLE said (session TEXT, content TEXT, tokens INTEGER, cost REAL)');
  const insert = database.prepare('INSERT INTO said VALUES (?, ?, ?, ?)');
  for (const { session, content, tokens, cost } of values) insert.run(session, content, tokens, cost);
  database.close();
  await expectSame(files, path);
});
