import type { ConnectionPool } from '../../duckdb';
import schemaSql from './scratch-schema.sql?raw';

const prepared = new WeakMap<ConnectionPool, Promise<number>>();

/** Makes the place for what filters find, once: two that make it at the same moment would be in each other's way. */
export async function prepareScratch(pool: ConnectionPool): Promise<void> {
  const made = prepared.get(pool) ?? pool.execute(schemaSql);
  prepared.set(pool, made);
  await made;
}
