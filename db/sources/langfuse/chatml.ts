import type { DocumentRows } from '../documents';
import {
  Fields,
  isObject,
  type Json,
  messagesIn,
  metadataOf,
  Ordinals,
  SessionRows,
  Told,
  titleOf,
} from '../recorded-chat';

/** Langfuse's own chats of a trace: an object of observations by their id, each with the messages that were found in its input and output. */
export function isChatTable(value: unknown): value is Json {
  if (!isObject(value)) return false;
  const all = Object.values(value);
  return (
    all.length > 0 &&
    all.every((one) => isObject(one) && Object.keys(one).length > 0 && Object.entries(one).every(isSide))
  );
}

function isSide([key, side]: readonly [string, unknown]): boolean {
  if (key !== 'input' && key !== 'output' && key !== 'additionalInput') return false;
  return isObject(side) && typeof side.success === 'boolean' && ('data' in side || 'error' in side);
}

/** A conversation without times: each message once, in the order of the observations. */
export function addChatTable(table: Json, name: string, rows: DocumentRows): void {
  const session = new SessionRows(rows, rows.claim(name), new Ordinals());
  const told = new Told();
  let asked = '';
  for (const [id, observation] of Object.entries(table)) {
    const fields = new Fields(isObject(observation) ? observation : {}, id, (message, at) =>
      rows.warn(message, at),
    );
    for (const [key, role] of [
      ['input', 'user'],
      ['output', 'assistant'],
    ] as const) {
      const side = fields.object(key);
      if (side === undefined) continue;
      if (side.raw('success') !== true) {
        rows.warn('The file says that a text was no chat.', `${id}.${key}`);
        continue;
      }
      for (const message of told.newOf(messagesIn(side.raw('data'), role))) {
        if (message.role === 'user') asked ||= message.text;
        const metadata = { observation: id };
        const { text, name: author } = message;
        if (text !== '') session.message({ role: message.role, text, author, metadata });
        for (const call of message.calls)
          session.message({ role: 'tool_use', text: `${call.name}(${call.arguments})`, author, metadata });
      }
    }
    rows.read();
  }
  session.finish();
  rows.addSession({
    session_id: session.sessionId,
    experiment_id: null,
    kind: 'session',
    title: [name, titleOf(asked, 90)].filter((part) => part).join(' · '),
    status: 'completed',
    created_at: null,
    started_at: null,
    ended_at: null,
    error: null,
    metadata: metadataOf({ observations: Object.keys(table) }, { status: 'completed' }),
  });
}
