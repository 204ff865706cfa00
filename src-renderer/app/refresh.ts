import type { QueryClient } from '@tanstack/react-query';
import { data } from './connect';

const leastPauseMs = 400;

export interface Refresher {
  readonly request: () => void;
  /** Asked for and not begun: what is on the screen is older than the workspace. */
  readonly isDue: () => boolean;
}

/**
 * Asks again for what is on the screen when rows have changed: at once, then at most every 400 ms, and never again before
 * its own answers are there, so that a source being read cannot drown the engine.
 */
export function createRefresher(client: QueryClient): Refresher {
  let busy = false;
  let wanted = false;
  const run = async (): Promise<void> => {
    busy = true;
    while (wanted) {
      wanted = false;
      const pause = new Promise((resolve) => setTimeout(resolve, leastPauseMs));
      await Promise.all(
        [data.sessions.key(), data.session.key(), data.analytics.key()].map((queryKey) =>
          // An answer under way may be older than the change: it is asked for again.
          client.invalidateQueries({ queryKey }),
        ),
      );
      await pause;
    }
    busy = false;
  };
  return {
    request: () => {
      wanted = true;
      if (!busy) void run();
    },
    isDue: () => wanted,
  };
}
