import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConnectionPool, statement } from '../../duckdb';
import { openFixture } from '../queries/fixture';
import type { Predicate } from './compile';
import { Scopes } from './scopes';

const tables = statement({
  name: 'test.tables',
  sql: "SELECT count(*)::INTEGER AS n FROM duckdb_tables() WHERE table_name LIKE 'scope_%'",
  params: z.object({}),
  row: z.object({ n: z.number() }),
});
const ofKind = (kind: string): Predicate => ({ sql: 's.kind = $kind', bindings: { kind } });

async function keysOf(pool: ConnectionPool, relation: string | undefined): Promise<unknown[]> {
  const sql = `SELECT count(*)::INTEGER AS n FROM ${relation}`;
  return pool.run(statement({ ...tables, sql }), {});
}

test('a scope is found once for each revision, however many ask for it at the same moment', async () => {
  await using workspace = await openFixture();
  await using pool = new ConnectionPool(() => workspace.connect());
  const scopes = new Scopes(pool);
  const held = await Promise.all([1, 2, 3].map(() => scopes.hold(ofKind('session'), 1)));
  expect(new Set(held.map((one) => one.relation)).size).toBe(1);
  expect(await keysOf(pool, held[0]?.relation)).toEqual([{ n: 3 }]);
  expect(held[0]?.bindings).toEqual({ lowest_no: 1n, highest_no: 2n });
  using later = await scopes.hold(ofKind('session'), 2);
  expect(later.relation).not.toBe(held[0]?.relation);
  using nothing = await scopes.hold(ofKind('no such kind'), 2);
  expect(nothing.bindings).toEqual({ lowest_no: 1n, highest_no: 0n });
});

test('a scope in use stays, and few of the others do', async () => {
  await using workspace = await openFixture();
  await using pool = new ConnectionPool(() => workspace.connect(), 1);
  const scopes = new Scopes(pool);
  using used = await scopes.hold(ofKind('session'), 0);
  for (let revision = 1; revision <= 12; revision += 1) {
    using _held = await scopes.hold(ofKind('session'), revision);
  }
  // The pool has one connection: the tables that were let go are gone before this answers.
  expect(await pool.run(tables, {})).toEqual([{ n: 8 }]);
  expect(await keysOf(pool, used.relation)).toEqual([{ n: 3 }]);
});

test('a scope that could not be found is asked for anew', async () => {
  await using workspace = await openFixture();
  await using pool = new ConnectionPool(() => workspace.connect());
  const scopes = new Scopes(pool);
  const unbound = { sql: 's.kind = $kind', bindings: {} };
  await expect(scopes.hold(unbound, 1)).rejects.toThrow();
  await expect(scopes.hold(unbound, 1)).rejects.toThrow();
  using all = await scopes.hold({ sql: 'TRUE', bindings: {} }, 1);
  expect(all.relation).toBeUndefined();
});
