import type { CallMessages, SpanMessage } from './messages';

const MOST_THREADS = 16;

interface Thread {
  readonly marks: readonly string[];
  /** How many of them went into the call. */
  readonly inputs: number;
}

/**
 * A trace's calls each repeat the conversation so far; the transcript says everything once. A call whose input begins with all that an
 * earlier one was given, and has more, goes on with it: what both have is not said again.
 */
export class Transcript {
  private threads: Thread[] = [];

  /** The call's messages that were not said before. */
  added({ input, output }: CallMessages): SpanMessage[] {
    const marks = input.map(markOf);
    let earlier: Thread | undefined;
    let shared = 0;
    for (const thread of this.threads) {
      const same = sameOf(thread.marks, marks);
      if (same < thread.inputs || marks.length === thread.inputs || same <= shared) continue;
      shared = same;
      earlier = thread;
    }
    const thread = { marks: [...marks, ...output.map(markOf)], inputs: marks.length };
    this.threads = [...this.threads.filter((one) => one !== earlier), thread].slice(-MOST_THREADS);
    return [...input.slice(shared), ...output];
  }
}

function sameOf(a: readonly string[], b: readonly string[]): number {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
  return same;
}

/** Equal for messages that say the same; long texts by their length and ends. */
function markOf({ role, content, metadata }: SpanMessage): string {
  const text =
    content.length <= 400 ? content : `${content.length} ${content.slice(0, 200)} ${content.slice(-200)}`;
  return `${role} ${String(metadata?.tool ?? '')} ${text.trim()}`;
}
