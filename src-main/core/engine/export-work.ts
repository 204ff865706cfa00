import { basename } from 'node:path';
import { exportTables } from '../../../db/analytics/export';
import type { JobInput } from '../../contract';
import type { JobWork } from '../jobs';
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
            scope: {
              q: scope.q,
              sourceIds: scope.sourceIds ?? null,
              from: scope.from ?? null,
              to: scope.to ?? null,
              selectedSessions: scope.sessions?.length ?? null,
            },
            sources: chosen.map(({ sourceId, name, format, spec }) => ({
              sourceId,
              name,
              format,
              location: spec.location,
            })),
          },
        },
        { signal, report },
      );
      const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
      const bytes = manifest.tables.reduce((sum, table) => sum + table.bytes, 0);
      return { path, rows, bytes, tables: manifest.tables.length };
    },
  };
}
