/**
 * The words of Stepscope. A *source* is something opened (a file, a folder, a store, a URL). It is read into *sessions*, made of
 * *timesteps*, which hold *events* (LM call, environment, runtime), *messages* and *rewards*; a *trace* is a tree of *spans*.
 * Imports nothing but zod.
 */

export * from './cached-tokens';
export * from './convergence';
export * from './errors';
export { ExpectedError } from './expected-error';
export * from './export-manifest';
export * from './filter';
export * from './mapping';
export * from './migration-report';
export * from './pricing';
export * from './replication';
export * from './rolling';
export * from './sides';
export * from './store-care';
export * from './tables';
export * from './tracing-v3';
