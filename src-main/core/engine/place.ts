import { placeOfSession } from '../../../db/analytics/queries';
import { ExpectedError } from '../../../db/model';
import type { SessionRef } from '../../contract';
import type { EngineContext } from './context';

/** How every query about one session names it. */
export interface SessionPlace {
  readonly source_id: string;
  readonly session_no: bigint;
}

/** Fails with SOURCE_NOT_FOUND when the session, or its source, is not open. */
export async function getPlace(
  context: EngineContext,
  ref: SessionRef,
  signal: AbortSignal | undefined,
): Promise<SessionPlace> {
  const named = { source_id: ref.sourceId, session_id: ref.sessionId };
  const [row] = await context.pool.run(placeOfSession, named, { signal });
  if (row !== undefined) return { source_id: ref.sourceId, session_no: row.session_no };
  const source = context.workspace.state().sources.find((one) => one.sourceId === ref.sourceId);
  if (source === undefined) {
    throw new ExpectedError('SOURCE_NOT_FOUND', `The source of session ${ref.sessionId} is not open.`, {
      action: 'Open the file or folder again.',
    });
  }
  throw new ExpectedError('SOURCE_NOT_FOUND', `${source.name} has no session ${ref.sessionId}.`, {
    path: source.spec.location,
    action: 'Go back to the list; the session may not have been read yet.',
  });
}
