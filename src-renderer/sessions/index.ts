export { FilterBar } from './filter-bar';
export { scopeOfSelection, selection, shownScope } from './selection';
export { SessionsScreen } from './sessions-screen';
