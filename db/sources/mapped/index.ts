/**
 * Tables whose schema nobody knows. A *survey* says what a file holds; a *mapping* (`db/model/mapping.ts`) says what its columns are, and is
 * *proposed* from the survey; a *preview* shows what the list would show. What DuckDB does not read range by range is *staged* first: copied,
 * as text, to Parquet of our own.
 */
export {
  type KnownMappings,
  type MappableFile,
  mappingsInMemory,
  matching,
  openMapped,
  previewPath,
  surveyPath,
  unmapped,
} from './mapped';
export type { MappingPreview, MappingProblem, PreviewSession } from './preview';
export { fingerprintOf, type Survey, type SurveyedColumn, type SurveyedTable } from './survey';
