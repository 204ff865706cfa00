export { FilterBar } from './filter-bar';
export { keepSources, scopeOfSelection, selection, shownScope } from './selection';
export { SessionsScreen } from './sessions-screen';
