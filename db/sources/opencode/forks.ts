import { amountOf, isJson, type Json, jsonOf } from '../agent-session';
import { toJson } from '../documents';

/**
 * Which session an answer belongs to. A fork begins with a copy of another session's messages under new ids; nothing else of them changes, and
 * nothing says where they come from. Sessions are read oldest first, so that the one it was forked from counts.
 */
export class Answers {
  /** An answer's time, model and tokens → its session. */
  private readonly sessions = new Map<string, string>();

  /** The other session that has the answer. */
  copiedFrom(info: Json, session: string): string | undefined {
    const mark = markOf(info);
    if (mark === undefined) return undefined;
    const known = this.sessions.get(mark);
    if (known === undefined) this.sessions.set(mark, session);
    return known === session ? undefined : known;
  }
}

/** To the millisecond: two answers of the same model and tokens do not begin and end together. */
function markOf({ time, tokens, cost, modelID, providerID }: Json): string | undefined {
  const { created, completed } = jsonOf(time);
  if (amountOf(created) === null || amountOf(completed) === null || !isJson(tokens)) return undefined;
  return toJson([created, completed, providerID, modelID, tokens, cost]);
}
