import type { ChatMessage } from './chat';

/**
 * Every call of a model repeats what was said before. A message is new when a call holds it more often than it was told so far, so that what
 * is said twice shows twice, and what is repeated shows once.
 */
export class Told {
  private readonly counts = new Map<string, number>();

  /** The messages of one call that were not told before; they are from now on. */
  newOf(messages: readonly ChatMessage[]): ChatMessage[] {
    const counts = new Map<string, number>();
    return messages.filter((message) => {
      const mark = markOf(message);
      const count = (counts.get(mark) ?? 0) + 1;
      counts.set(mark, count);
      if (count <= (this.counts.get(mark) ?? 0)) return false;
      this.counts.set(mark, count);
      return true;
    });
  }

  /** Told outside a call's input: an answer. */
  add(message: ChatMessage): void {
    const mark = markOf(message);
    this.counts.set(mark, (this.counts.get(mark) ?? 0) + 1);
  }
}

function markOf({ role, text, calls, callId }: ChatMessage): string {
  return JSON.stringify([role, text.trim(), calls.map((call) => call.callId ?? call.name), callId]);
}
