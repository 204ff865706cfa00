/** What needs Node and belongs to no subsystem: where the build's entries are, where data lies, signals that are joined. */
export { dataRoot } from './data-root';
export { entryPath } from './entry-path';
export { joinSignals } from './join-signals';
