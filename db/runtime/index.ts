/** What needs Node and belongs to no subsystem: where the build's entries are, where data lies. */
export { dataRoot } from './data-root';
export { entryPath } from './entry-path';
