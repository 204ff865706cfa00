import type { QueryClient } from '@tanstack/react-query';
import type { WorkspaceState } from '../../src-main/contract';
import { live } from './live';

/** Marks the page once it is connected, has its first state and shows its first data: what tests wait for. */
export function markReady(client: QueryClient): void {
  const look = (): void => {
    if (live.capabilities.get() === null || !hasFirstRows(live.workspace.get())) return;
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

/** Nothing is open, or each source has shown its first sessions or said that it has none. */
function hasFirstRows(workspace: WorkspaceState | null): boolean {
  return workspace?.sources.every(({ progress, sessions }) => progress === null || sessions > 0) ?? false;
}
