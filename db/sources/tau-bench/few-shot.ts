import {
  type ChatMessage,
  isObject,
  type Json,
  metadataOf,
  roleOf,
  SessionRows,
  titleOf,
  writeConversation,
} from '../recorded-chat';
import type { RunPlace } from './run';

export function isFewShot(value: unknown): value is Json & { readonly messages_display: string } {
  return isObject(value) && typeof value.messages_display === 'string';
}

/** A conversation written as text, `role: …` at the beginning of a line. A turn that only calls a tool says `None`. */
export function addFewShot(
  { messages_display: display }: { readonly messages_display: string },
  place: RunPlace,
): void {
  const sessionId = place.rows.claim(place.names.take(`${place.run}/conversation`));
  const session = new SessionRows(place.rows, sessionId, place.ordinals);
  const messages = turnsOf(display);
  writeConversation(messages, session, {
    callOf: () => ({ cost: { usd: null, basis: 'unpriced' } }),
    toolOf: ({ text }) => (text.startsWith('Error:') ? { error: text } : {}),
  });
  session.finish();
  place.rows.addSession({
    session_id: sessionId,
    experiment_id: place.run,
    kind: 'session',
    title: titleOf(messages.find(({ role }) => role === 'user')?.text ?? ''),
    status: 'completed',
    created_at: null,
    started_at: null,
    ended_at: null,
    error: null,
    metadata: metadataOf({}, { status: 'completed' }),
  });
}

function turnsOf(display: string): ChatMessage[] {
  const starts = [...display.matchAll(/^(system|user|assistant|tool): /gm)];
  return starts.map((start, index) => {
    const text = display.slice(start.index + start[0].length, starts[index + 1]?.index).replace(/\n$/, '');
    const isCall = start[1] === 'assistant' && text === 'None';
    return { role: roleOf(start[1]), text: isCall ? '' : text, calls: [], callId: null, name: null };
  });
}
