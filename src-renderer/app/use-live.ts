import { useSyncExternalStore } from 'react';
import type { Source } from '../../src-main/contract';
import { type Live, live } from './live';

export function useLive<T>(value: Live<T>): T {
  return useSyncExternalStore(value.subscribe, value.get);
}

const none: readonly Source[] = [];

/** The open sources; empty while the first state has not come. */
export function useSources(): readonly Source[] {
  return useLive(live.workspace)?.sources ?? none;
}

/** More rows are coming: a source is being recognised or read. */
export function useIsReading(): boolean {
  const workspace = useLive(live.workspace);
  return (
    workspace === null ||
    workspace.opening.length > 0 ||
    workspace.sources.some((source) => source.progress !== null)
  );
}

export function useSource(sourceId: string): Source | undefined {
  return useSources().find((source) => source.sourceId === sourceId);
}
