/** What needs Node and belongs to no subsystem: where the build's entries are, where data lies, signals that are joined, calls that are not too many. */
export { dataRoot } from './data-root';
export { entryPath } from './entry-path';
export { joinSignals } from './join-signals';
export { Throttle } from './throttle';
