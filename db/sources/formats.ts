import { sqld } from './sqld';
import { stepscopeParquet } from './stepscope-parquet';
import { tracingV3 } from './tracing-v3';
import type { SourceFormat } from './types';

/**
 * Formats that are databases, tables or folders as a whole, in the order they are asked; documents (`document-formats.ts`) come after them.
 * A new one is a folder and a line here.
 */
export const formats: readonly SourceFormat[] = [tracingV3, sqld, stepscopeParquet];
