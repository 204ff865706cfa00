import type { QueryClient } from '@tanstack/react-query';
import type { Source } from '../../src-main/contract';
import { live } from './live';
import { opening } from './open-specs';
import type { Refresher } from './refresh';

/**
 * Marks the page once what was asked for at the start (on the command line, or open at the last end) is recognised, and its first rows,
 * its emptiness or its failure are on the screen: what tests wait for.
 */
export function markReady(client: QueryClient, refresher: Refresher): void {
  const isSettled = (): boolean => isToldAll() && !refresher.isDue() && client.isFetching() === 0;
  const look = (): void => {
    if (!isSettled()) return;
    // Two frames: the screen has drawn the state and begun to ask for what it shows.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (!isSettled() || document.documentElement.dataset.ready !== undefined) return;
        document.documentElement.dataset.ready = 'true';
        for (const stop of stops) stop();
      }),
    );
  };
  const told = [live.workspace, live.capabilities, live.engine, live.store, opening];
  const stops = [...told.map((value) => value.subscribe(look)), client.getQueryCache().subscribe(look)];
}

/** The engine has what was open, the store has said whether it runs, and nothing is still being recognised. */
function isToldAll(): boolean {
  if (live.capabilities.get() === null || opening.get() > 0) return false;
  const engine = live.engine.get()?.state;
  if (engine === 'failed') return true;
  const store = live.store.get()?.state;
  if (engine !== 'ready' || store === undefined || store === 'starting') return false;
  const workspace = live.workspace.get();
  return workspace !== null && workspace.opening.length === 0 && workspace.sources.every(hasFirstRows);
}

function hasFirstRows({ progress, sessions, error }: Source): boolean {
  return progress === null || sessions > 0 || error !== null;
}
