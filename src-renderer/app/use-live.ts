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

export function useSource(sourceId: string): Source | undefined {
  return useSources().find((source) => source.sourceId === sourceId);
}
