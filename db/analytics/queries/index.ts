/**
 * Named queries: one statement a file, its parameters and rows checked. Those over a *scope* take a predicate of `../filter`.
 */
export { BIN_ERROR, type BinCounts, countBins, quantilesOfBins } from './analytics/quantiles';
export * from './analytics/statements';
export type { CostRow } from './cost';
export * from './session/chart-statements';
export { columnsOf, type RawTableName, rawCount, rawRows } from './session/raw';
export * from './session/statements';
export { type FacetField, type Figure, type SessionOrderKey, sessionOrderKeys } from './sessions/order';
export * from './sessions/statements';
