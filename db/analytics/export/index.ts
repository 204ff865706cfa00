/** An *export* is a folder with one file a canonical table and a manifest; it opens again as a source with equal values. */
export {
  type ExportProgress,
  type ExportRequest,
  type ExportResult,
  exportTables,
  wholeScope,
} from './export';
export { exportTracingV2, type TracingV2Export, type TracingV2Result } from './tracing-v2/export-tracing-v2';
