/**
 * DuckDB, typed. A *database* is one instance with safe settings and a pool; a *connection* is borrowed from it and given back on
 * dispose; a *statement* is SQL with a schema for what goes in and what comes out. Abort → interrupt → CANCELLED.
 */
export { type Column, Connection, type RowStream, type RunOptions } from './connection';
export { Database, type DatabaseOptions } from './database';
export { type NativeContext, translateNativeError } from './errors';
export { ConnectionPool } from './pool';
export { identifier, literal } from './quote';
export {
  type AnyStatement,
  type Bindable,
  type Bindings,
  figure,
  figureOrNull,
  integer,
  keyText,
  type Statement,
  statement,
} from './statement';
export type { Cell } from './values';
