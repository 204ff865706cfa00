import { loadMapping, saveMapping } from '../mappings';
import type { EngineContext } from './context';
import type { Implementer } from './implementer';

const never = new AbortController().signal;

/** `mapping.*`: what a file of an unknown schema holds, and what it would be mapped so. */
export function mappingRouter(os: Implementer, { workspace }: EngineContext) {
  return {
    survey: os.mapping.survey.handler(async ({ input, signal }) => {
      const { survey, proposal, kept } = await workspace.survey(input.path, signal ?? never);
      const tables = survey.tables.map(({ name, columns, rows }) => ({
        name,
        columns: columns.map((column) => ({
          ...column,
          path: [...column.path],
          samples: [...column.samples],
        })),
        rows: rows.map((row) => [...row]),
      }));
      return { path: survey.path, kind: survey.kind, notes: [...survey.notes], tables, proposal, kept };
    }),
    preview: os.mapping.preview.handler(async ({ input, signal }) => {
      const preview = await workspace.previewMapping(input.path, input.mapping, signal ?? never);
      return {
        sessions: preview.sessions.map((row) => ({
          sessionId: row.session_id,
          title: row.title,
          status: row.status,
          createdAt: row.created_at,
          steps: row.steps,
          events: row.events,
          messages: row.messages,
          totalTokens: row.total_tokens,
          costUsd: row.cost_usd,
          models: (row.models ?? []).filter((model) => model !== null),
        })),
        counts: preview.counts,
        isWhole: preview.isWhole,
        problems: preview.problems.map((problem) => ({ ...problem })),
      };
    }),
    keep: os.mapping.keep.handler(({ input }) => workspace.keepMapping(input.mapping)),
    save: os.mapping.save.handler(({ input }) => saveMapping(input.path, input.mapping)),
    load: os.mapping.load.handler(({ input }) => loadMapping(input.path)),
  };
}
