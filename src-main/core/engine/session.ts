import { compileOne } from '../../../db/analytics/filter';
import { listSessions, sessionHeader } from '../../../db/analytics/queries';
import type { EngineContext } from './context';
import type { Implementer } from './implementer';
import { readOutline } from './outline';
import { getPlace } from './place';
import { toSessionRow } from './rows';
import { readTranscript } from './transcript';

const STAGES = ['sessions', 'timesteps', 'events', 'messages', 'payloads'];

/** `session.*` */
export function sessionRouter(os: Implementer, context: EngineContext) {
  const { pool, workspace } = context;
  return {
    get: os.session.get.handler(async ({ input, signal }) => {
      const { ref } = input;
      const place = await getPlace(context, ref, signal);
      const only = compileOne(ref.sourceId, ref.sessionId);
      const sort = { key: 'created', descending: true } as const;
      const [[row], [header]] = await Promise.all([
        pool.run(listSessions(only, sort), { ...only.bindings, limit: 1, offset: 0 }, { signal }),
        pool.run(sessionHeader, { ...place, session_id: ref.sessionId }, { signal }),
      ]);
      if (row === undefined || header === undefined)
        throw new Error('A session vanished between two queries');
      const source = workspace.state().sources.find((one) => one.sourceId === ref.sourceId);
      const reading = STAGES.indexOf(source?.progress?.stage ?? '');
      return {
        row: toSessionRow(row),
        sourceName: source?.name ?? ref.sourceId,
        format: source?.format ?? '',
        has: {
          messages: header.has_messages,
          spans: header.has_spans,
          rewards: header.has_rewards,
          convergence: header.has_rewards || header.has_turns,
          cost: header.has_cost,
        },
        pending: reading < 0 ? [] : STAGES.slice(reading),
        metadata: header.metadata,
        experiment:
          header.experiment_id === null
            ? null
            : { experimentId: header.experiment_id, name: header.experiment_name },
      };
    }),

    transcript: os.session.transcript.handler(async ({ input, signal }) => {
      const place = await getPlace(context, input.ref, signal);
      return readTranscript(context, place, { offset: input.offset, limit: input.limit }, signal);
    }),

    outline: os.session.outline.handler(async ({ input, signal }) => {
      const place = await getPlace(context, input.ref, signal);
      return readOutline(context, place, { offset: input.offset, limit: input.limit }, signal);
    }),
  };
}
