import { expect, test } from 'vitest';
import { sqlKind } from './sql-kind';

test.each([
  ['SELECT 1', 'read'],
  ['  -- insert\n /* update */ select * from t', 'read'],
  ["SELECT 'DELETE; INSERT' ; VALUES (1)", 'read'],
  ['WITH a AS (SELECT 1) SELECT * FROM a', 'read'],
  ['WITH a AS (SELECT replace(b, 1, 2) FROM t) SELECT * FROM a', 'read'],
  ['EXPLAIN QUERY PLAN DELETE FROM t', 'read'],
  ['PRAGMA table_info(t)', 'read'],
  ['BEGIN TRANSACTION READONLY', 'read'],
  ['', 'read'],
  ['COMMIT', 'end'],
  ['ROLLBACK TO a', 'end'],
  ['INSERT INTO t VALUES (1)', 'write'],
  ['WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a', 'write'],
  ['WITH a AS (SELECT 1)\nDELETE FROM t', 'write'],
  ['SELECT 1; DROP TABLE t', 'write'],
  ['BEGIN', 'write'],
  ['BEGIN IMMEDIATE', 'write'],
  ['SAVEPOINT a', 'write'],
  ['PRAGMA user_version = 3', 'write'],
  ['PRAGMA user_version(3)', 'write'],
  ['VACUUM', 'write'],
  ['nonsense', 'write'],
])('%j needs what a %s needs', (sql, kind) => {
  expect(sqlKind(sql)).toBe(kind);
});
