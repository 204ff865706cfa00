/**
 * Formats made of documents: JSON, JSON lines, archives of them, one or a folder full. A format says which files are its own and turns one
 * file into canonical rows; the rest is here.
 */
export { bytesOf } from './bytes';
export { csvHead, eachCsvObject, isCsv } from './csv';
export { DocumentSource } from './document-source';
export { Inbox } from './inbox';
export { parseJson, toJson } from './json';
export type { ElementPath } from './json-cutter';
export {
  eachAround,
  eachElement,
  type JsonElement,
  type JsonMembers,
  type ReadElements,
} from './json-elements';
export { keyPathTo } from './key-path';
export { eachJsonLine } from './lines';
export { isTooMuch, mostDocumentBytes, takesTooMuch } from './memory';
export { quiet } from './quiet';
export { failureOfThread, threadLimits } from './reader-thread';
export { readDocuments } from './reading';
export { namesWereCut, shortName } from './short-name';
export type {
  DocumentFile,
  DocumentFormat,
  DocumentReader,
  DocumentRows,
  KeptFile,
  Recognition,
} from './types';
