/** The filter bar on the engine's side: *terms* compiled to a *predicate*, fixed fragments with bound values; a *scope* is what it keeps. */
export { compileOne, compileScope, type FilterContext, type Predicate, type ScopeFilter } from './compile';
export { SESSION_DURATION_MS, SESSION_TIME } from './fragments';
export { type CallScope, type HeldScope, inlineScope, Scopes } from './scopes';
export { TextSearches } from './text-search';
