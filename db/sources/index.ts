/**
 * Reading what others wrote. A *format* recognises a file, folder or URL by its content and gives *sources*; a source is read in
 * *stages*, each a sequence of chunks of canonical rows. Nothing here writes to what it reads.
 */
export type { SourceSpec, SourceWarning, StageName } from './types';
export { stageNames } from './types';
