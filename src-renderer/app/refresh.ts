import type { QueryClient } from '@tanstack/react-query';
import { data } from './connect';

const leastPauseMs = 400;

/**
 * Asks again for what is on the screen when rows have changed: at once, then at most every 400 ms, and never a second time while answers
 * are under way, so that a source being read cannot drown the engine.
 */
export function createRefresher(client: QueryClient): () => void {
  let busy = false;
  let wanted = false;
  const run = async (): Promise<void> => {
    busy = true;
    while (wanted) {
      wanted = false;
      const pause = new Promise((resolve) => setTimeout(resolve, leastPauseMs));
      await Promise.all(
        [data.sessions.key(), data.session.key(), data.analytics.key()].map((queryKey) =>
          client.invalidateQueries({ queryKey }, { cancelRefetch: false }),
        ),
      );
      await pause;
    }
    busy = false;
  };
  return () => {
    wanted = true;
    if (!busy) void run();
  };
}
