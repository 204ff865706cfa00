import { z } from 'zod';
import { type Bindings, type ConnectionPool, statement } from '../../duckdb';
import type { Predicate } from './compile';
import boundsSql from './scope-bounds.sql?raw';
import keepSql from './scope-keep.sql?raw';
import { prepareScratch } from './scratch';

/** The sessions that charts over LM calls are about. */
export interface CallScope {
  /** A relation of `session_key`s in SQL; absent: every call. */
  readonly relation: string | undefined;
  /** `$lowest_no` and `$highest_no` are among the bindings: no session lies outside them. */
  readonly isBounded: boolean;
  readonly bindings: Bindings;
}

/** A scope that stays until it is let go. */
export interface HeldScope extends CallScope, Disposable {}

/** Scopes that nobody uses any more are kept for those who ask again: two numbers a session. */
const KEPT_SCOPES = 8;

interface Kept {
  readonly table: string;
  readonly made: Promise<CallScope>;
  holders: number;
}

/** As one statement can say it: with the condition in its place. What the provenance of a chart shows. */
export function inlineScope({ sql, bindings }: Predicate): CallScope {
  if (sql === 'TRUE') return { relation: undefined, isBounded: false, bindings };
  const relation = `(SELECT s.session_key FROM keyed.sessions s
    LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
    WHERE ${sql})`;
  return { relation, isBounded: false, bindings };
}

/**
 * Which sessions a condition holds for, found once for each revision of the data: the charts of a page ask for the same ones, each in several
 * statements.
 */
export class Scopes {
  private readonly scopes = new Map<string, Kept>();
  private next = 0;

  constructor(private readonly pool: ConnectionPool) {}

  async hold(predicate: Predicate, revision: number): Promise<HeldScope> {
    if (predicate.sql === 'TRUE') return { ...inlineScope(predicate), [Symbol.dispose]: () => undefined };
    const key = keyOf(predicate, revision);
    const kept = this.scopes.get(key) ?? this.keep(predicate);
    // The most recently used is the last.
    this.scopes.delete(key);
    this.scopes.set(key, kept);
    kept.holders += 1;
    try {
      const scope = await kept.made;
      return { ...scope, [Symbol.dispose]: () => this.letGo(kept) };
    } catch (error) {
      this.letGo(kept);
      if (this.scopes.get(key) === kept) this.scopes.delete(key);
      throw error;
    }
  }

  private keep(predicate: Predicate): Kept {
    this.next += 1;
    const table = `scratch.scope_${this.next}`;
    return { table, made: this.make(table, predicate), holders: 0 };
  }

  private async make(table: string, predicate: Predicate): Promise<CallScope> {
    await prepareScratch(this.pool);
    await using connection = await this.pool.acquire();
    const named = (sql: string) => sql.replaceAll('scratch.scope_0', table);
    const keep = named(keepSql).replace(/\/\*\{scope\}\*\/ TRUE/, () => predicate.sql);
    await connection.execute(keep, predicate.bindings);
    const [bounds] = await connection.run({ ...scopeBounds, sql: named(boundsSql) }, {});
    return { relation: table, isBounded: true, bindings: { ...bounds } };
  }

  private letGo(kept: Kept): void {
    kept.holders -= 1;
    for (const [key, old] of this.scopes) {
      if (this.scopes.size <= KEPT_SCOPES) return;
      if (old.holders > 0) continue;
      this.scopes.delete(key);
      // In memory and asked for by nobody: that it goes a moment later hurts no one.
      void this.pool.execute(`DROP TABLE IF EXISTS ${old.table}`).catch(() => undefined);
    }
  }
}

const scopeBounds = statement({
  name: 'scope.bounds',
  sql: boundsSql,
  params: z.object({}),
  row: z.object({ lowest_no: z.bigint(), highest_no: z.bigint() }),
});

function keyOf({ sql, bindings }: Predicate, revision: number): string {
  const text = (value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
  return JSON.stringify([revision, sql, bindings], (_name, value: unknown) => text(value));
}
