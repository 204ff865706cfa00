export { scopeOfSelection, selection, shownScope } from './selection';
export { SessionsScreen } from './sessions-screen';
