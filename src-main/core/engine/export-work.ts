import { basename } from 'node:path';
import { exportTables, exportTracingV2 } from '../../../db/analytics/export';
import type { Predicate } from '../../../db/analytics/filter';
import type { JobInput } from '../../contract';
import type { JobProgress, JobWork } from '../jobs';
import { applicationVersion } from '../version';
import type { EngineContext } from './context';
import { resolveScope } from './scope';

/** The export as a job. */
export function exportWork(context: EngineContext, input: Extract<JobInput, { kind: 'export' }>): JobWork {
  const { scope } = input;
  return {
    kind: 'export',
    title: `Export to ${basename(input.target)}`,
    async run(signal, report) {
      const predicate = await resolveScope(context, scope);
      if (input.layout === 'tracing-v2')
        return exportAsTracingV2(context, input, { predicate, signal, report });
      const chosen = context.workspace
        .state()
        // A source without a row, as a live store that nobody has written to, would open again as an empty one.
        .sources.filter(({ rows, sessions }) => sessions > 0 || Object.keys(rows).length > 0)
        .filter(({ sourceId }) => scope.sourceIds?.includes(sourceId) ?? true);
      const { path, manifest } = await exportTables(
        context.pool,
        {
          target: input.target,
          format: input.format,
          tables: input.tables,
          overwrite: input.overwrite,
          scope: predicate,
          applicationVersion,
          described: {
            q: scope.q,
            sourceIds: scope.sourceIds ?? null,
            from: scope.from ?? null,
            to: scope.to ?? null,
            selectedSessions: scope.sessions?.length ?? null,
          },
          sources: chosen,
        },
        { signal, report },
      );
      const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
      const bytes = manifest.tables.reduce((sum, table) => sum + table.bytes, 0);
      return { path, rows, bytes, tables: manifest.tables.length };
    },
  };
}

/** It joins and sorts whole tables: of 2 M events it needs 450 MB, whatever can be spilled. */
const TRACING_V2_MORE_MB = 300;

/** The four files of tracing v2. The result names them: there is no manifest beside them. */
async function exportAsTracingV2(
  { pool, workspace }: EngineContext,
  { target, overwrite }: Extract<JobInput, { kind: 'export' }>,
  options: { predicate: Predicate; signal: AbortSignal; report: (progress: JobProgress) => void },
): Promise<Record<string, unknown>> {
  const { predicate, signal, report } = options;
  await using _room = await workspace.moreMemory(TRACING_V2_MORE_MB, signal);
  const { path, tables } = await exportTracingV2(
    pool,
    { target, overwrite, scope: predicate },
    { signal, report },
  );
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  return { path, rows, bytes, tables: tables.length, files: tables };
}
