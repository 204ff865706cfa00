/** The filter bar on the engine's side: *terms* compiled to a *predicate*, fixed fragments with bound values. */
export { compileOne, compileScope, type FilterContext, type Predicate, type ScopeFilter } from './compile';
export { SESSION_DURATION_MS, SESSION_TIME } from './fragments';
export { TextSearches } from './text-search';
