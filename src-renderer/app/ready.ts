import type { QueryClient } from '@tanstack/react-query';
import { live } from './live';

/** Marks the page once it is connected, has its first state and shows its first data: what tests wait for. */
export function markReady(client: QueryClient): void {
  const look = (): void => {
    if (live.workspace.get() === null || live.capabilities.get() === null) return;
    // Two frames: the screen has drawn the state and begun to ask for what it shows.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (client.isFetching() > 0 || document.documentElement.dataset.ready !== undefined) return;
        document.documentElement.dataset.ready = 'true';
        for (const stop of stops) stop();
      }),
    );
  };
  const stops = [
    live.workspace.subscribe(look),
    live.capabilities.subscribe(look),
    client.getQueryCache().subscribe(look),
  ];
}
