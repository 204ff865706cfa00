import { expect, test } from 'vitest';
import { z } from 'zod';
import { Database, statement } from '../../duckdb';
import { shapedColumns } from './shape';
import type { DeclaredTable } from './table-format';

/** A value of every type that DuckDB can store. */
const values = [
  'true',
  '1::TINYINT',
  '2::UBIGINT',
  '170141183460469231731687303715884105727::HUGEINT',
  '1.5::FLOAT',
  "'nan'::DOUBLE",
  "'-infinity'::DOUBLE",
  '12345.678::DECIMAL(18, 3)',
  "'text'",
  "'2025-01-01T12:00:00+02:00'",
  "'1756713600.25'",
  "'\\xAA\\x00'::BLOB",
  "'101'::BIT",
  "DATE '9999-12-31'",
  "TIME '12:00:00'",
  "'infinity'::TIMESTAMP",
  "TIMESTAMP_NS '2025-01-01 12:00:00.123456789'",
  "TIMESTAMP_S '1970-01-01 00:00:00'",
  "TIMESTAMP_MS '2025-01-01 12:00:00.123'",
  "TIMESTAMPTZ '2025-01-01 12:00:00+02'",
  "'12:00:00+02'::TIMETZ",
  "INTERVAL '3 days'",
  "'6b0a7b3e-0000-4000-8000-000000000001'::UUID",
  "'b'::ENUM('a', 'b')",
  '\'{"a": 1}\'::JSON',
  "{'a': 1, 'b': [1, 2]}",
  '[1, 2, NULL]',
  "['x']",
  '[1, 2, 3]::INTEGER[3]',
  "map(['k'], [1])",
  'union_value(num := 2)',
  'NULL',
] as const;

const all = {
  text: 'VARCHAR',
  whole: 'BIGINT',
  small: 'INTEGER',
  figure: 'DOUBLE',
  flag: 'BOOLEAN',
  time: 'TIMESTAMP',
  nanoseconds: { of: 'time', type: 'NANOSECONDS' },
} as const satisfies DeclaredTable;

const row = z.record(z.string(), z.unknown());

/** What a column of that value looks like to a format that asks for each type. */
async function shaped(database: Database, value: string) {
  await database.execute(`CREATE OR REPLACE TABLE t AS SELECT ${value} AS v`);
  const [described] = await database.run(
    statement({
      name: 'test',
      sql: 'DESCRIBE t',
      params: z.object({}),
      row: z.object({ column_type: z.string() }),
    }),
    {},
  );
  const column = { name: 'v', type: described?.column_type ?? '' };
  const names = ['text', 'whole', 'small', 'figure', 'flag', 'time'];
  const found = { relation: 't', name: 't', columns: new Map(names.map((name) => [name, column])) };
  const sql = `SELECT ${shapedColumns(all, found)} FROM t`;
  const [result] = await database.run(statement({ name: 'test', sql, params: z.object({}), row }), {});
  return result;
}

test('a column of any type can be read as any type that a format asks for', async () => {
  await using database = await Database.open();
  for (const value of values) expect({ value, ...(await shaped(database, value)) }).toHaveProperty('text');
});

test('values keep their meaning: zones become UTC, nested values JSON, bytes hex, numbers times by their size', async () => {
  await using database = await Database.open();
  const utc = '2025-01-01T10:00:00.000000Z';
  expect(await shaped(database, "'2025-01-01T12:00:00+02:00'")).toMatchObject({ time: utc });
  expect(await shaped(database, "TIMESTAMPTZ '2025-01-01 12:00:00+02'")).toMatchObject({
    time: utc,
    nanoseconds: 1_735_725_600_000_000_000n,
  });
  expect(await shaped(database, "TIMESTAMP_NS '2025-01-01 10:00:00.123456789'")).toMatchObject({
    time: '2025-01-01T10:00:00.123456Z',
    nanoseconds: 1_735_725_600_123_456_789n,
  });
  for (const number of [
    '1735725600',
    '1735725600000',
    '1735725600000000',
    '1735725600000000000',
    "'1735725600'",
  ])
    expect({ number, ...(await shaped(database, number)) }).toMatchObject({ number, time: utc });
  expect(await shaped(database, "{'a': 1, 'b': [1, 2]}")).toMatchObject({ text: '{"a":1,"b":[1,2]}' });
  expect(await shaped(database, "'\\xAA\\x00'::BLOB")).toMatchObject({ text: 'aa00' });
  expect(await shaped(database, "'nan'::DOUBLE")).toMatchObject({ whole: null });
});
