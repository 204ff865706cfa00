import type { CallMessages, SpanMessage } from './messages';

const MOST_THREADS = 16;

/**
 * A trace's calls each repeat the conversation so far; the transcript says everything once. A call goes on with the conversation that it
 * shares the longest beginning with, and what lies behind is new.
 */
export class Transcript {
  private threads: string[][] = [];

  /** The call's messages that were not said before. */
  added({ input, output }: CallMessages): SpanMessage[] {
    const marks = input.map(markOf);
    let best: string[] | undefined;
    let shared = 0;
    for (const thread of this.threads) {
      let same = 0;
      while (same < thread.length && same < marks.length && thread[same] === marks[same]) same += 1;
      if (same > shared) {
        shared = same;
        best = thread;
      }
    }
    const thread = [...marks, ...output.map(markOf)];
    this.threads = [...this.threads.filter((one) => one !== best), thread].slice(-MOST_THREADS);
    return [...input.slice(shared), ...output];
  }
}

/** Equal for messages that say the same; long texts by their length and ends. */
function markOf({ role, content, metadata }: SpanMessage): string {
  const text =
    content.length <= 400 ? content : `${content.length} ${content.slice(0, 200)} ${content.slice(-200)}`;
  return `${role} ${String(metadata?.tool ?? '')} ${text.trim()}`;
}
