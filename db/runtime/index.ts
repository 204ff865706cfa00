/** What needs Node and belongs to no subsystem: where the build's entries are. */
export { entryPath } from './entry-path';
