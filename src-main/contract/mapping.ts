import { z } from 'zod';
import { mappedKind, mapping } from '../../db/model';
import { procedure } from './common';

export {
  columnLabel,
  durationUnits,
  type FieldDefinition,
  type FieldType,
  fieldsOf,
  type MappedColumn,
  type MappedField,
  type Mapping,
  type MappingEntry,
  type MappingKind,
  type MappingUnit,
  mapping,
  mappingKind,
  moneyUnits,
  requiredFields,
} from '../../db/model';

/** A column of a file of an unknown schema, or a path in the JSON of one. */
export const surveyedColumn = z.object({
  column: z.string(),
  path: z.array(z.string()),
  type: z.string(),
  samples: z.array(z.string()).describe('distinct values of the first rows'),
  sampled: z.number().int(),
  nulls: z.number().int(),
  distinct: z.number().int(),
});
export type SurveyedColumn = z.infer<typeof surveyedColumn>;

export const surveyedTable = z.object({
  name: z.string(),
  columns: z.array(surveyedColumn),
  rows: z.array(z.array(z.string().nullable())).describe('the first rows, by the place of the column'),
});
export type SurveyedTable = z.infer<typeof surveyedTable>;

export const survey = z.object({
  path: z.string(),
  kind: mappedKind,
  notes: z.array(z.string()),
  tables: z.array(surveyedTable),
  proposal: mapping,
  /** Kept for this schema before; null: none. */
  kept: mapping.nullable(),
});
export type Survey = z.infer<typeof survey>;

export const mappingProblem = z.object({
  entry: z.number().int().nullable(),
  field: z.string().nullable(),
  level: z.enum(['error', 'warning']),
  message: z.string(),
  count: z.number().int(),
});
export type MappingProblem = z.infer<typeof mappingProblem>;

export const mappingPreview = z.object({
  sessions: z.array(
    z.object({
      sessionId: z.string(),
      title: z.string().nullable(),
      status: z.string(),
      createdAt: z.string().nullable(),
      steps: z.number().int(),
      events: z.number().int(),
      messages: z.number().int(),
      totalTokens: z.number().nullable(),
      costUsd: z.number().nullable(),
      models: z.array(z.string()),
    }),
  ),
  /** Of the rows that were looked at. */
  counts: z.object({
    sessions: z.number().int(),
    steps: z.number().int(),
    events: z.number().int(),
    messages: z.number().int(),
    spans: z.number().int(),
  }),
  isWhole: z.boolean().describe('every row of the file was looked at'),
  problems: z.array(mappingProblem),
});
export type MappingPreview = z.infer<typeof mappingPreview>;

/** `mapping.*`: files whose tables no format knows. */
export const mappingContract = {
  /** Tables, columns, samples, and what they most likely are. */
  survey: procedure.input(z.object({ path: z.string().min(1) })).output(survey),
  /** What the list would show of the first rows, and what is wrong. */
  preview: procedure.input(z.object({ path: z.string().min(1), mapping })).output(mappingPreview),
  /** Files of this schema open with it from now on. */
  keep: procedure.input(z.object({ mapping })).output(z.void()),
  /** Writes it to a small JSON file, and reads one. */
  save: procedure.input(z.object({ path: z.string().min(1), mapping })).output(z.void()),
  load: procedure.input(z.object({ path: z.string().min(1) })).output(mapping),
};
