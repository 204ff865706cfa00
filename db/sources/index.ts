/**
 * Reading what others wrote. A *format* recognises a file, folder or URL by its content and gives *sources*; a source is read in
 * *stages*, each a sequence of *chunks* of canonical rows; a *cursor* says how far it was read. Nothing here writes to what it reads.
 */
export { quote, separator } from './chunk-text';
export { type Excerpt, excerptAt } from './excerpt';
export {
  fingerprintOf,
  type KnownMappings,
  type MappableFile,
  type MappingPreview,
  type MappingProblem,
  mappingsInMemory,
  matching,
  previewPath,
  type Survey,
  surveyPath,
} from './mapped';
export { type FoundSources, openPath } from './open-path';
export { openRemote } from './remote';
export { openSqld } from './sqld';
export { endSpareThread, prepareReaderThread } from './sqlite';
export { stayingRows } from './staying';
export { Turns } from './turns';
export type {
  Chunk,
  ChunkContent,
  Cursor,
  FileReport,
  ReadBytes,
  ReadRequest,
  SourceSpec,
  SourceWarning,
  StageName,
  SumFiles,
  TraceSource,
  WaitingRows,
} from './types';
export { stageNames, temporaryFilesOf } from './types';
export { walk, walkAll } from './walk';
