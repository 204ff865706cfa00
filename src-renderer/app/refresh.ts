import type { QueryClient } from '@tanstack/react-query';
import { data } from './connect';

const leastPauseMs = 80;
const longestPauseMs = 1_000;

export interface Refresher {
  readonly request: () => void;
  /** Asked for and not begun: what is on the screen is older than the workspace. */
  readonly isDue: () => boolean;
}

/**
 * Asks again for what is on the screen when rows have changed: at once, then after a pause of three times what the answers took, so that
 * a source being read cannot drown the engine and a quick engine is followed closely.
 */
export function createRefresher(client: QueryClient): Refresher {
  let busy = false;
  let wanted = false;
  const run = async (): Promise<void> => {
    busy = true;
    while (wanted) {
      wanted = false;
      const askedAt = performance.now();
      await Promise.all(
        [data.sessions.key(), data.session.key(), data.analytics.key()].map((queryKey) =>
          // An answer under way may be older than the change: it is asked for again.
          client.invalidateQueries({ queryKey }),
        ),
      );
      const pauseMs = Math.min(longestPauseMs, Math.max(leastPauseMs, 3 * (performance.now() - askedAt)));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
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
