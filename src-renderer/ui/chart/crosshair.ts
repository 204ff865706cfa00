import { createContext, useContext, useState } from 'react';

/** The place on the shared axis that every chart of a screen points at. */
export interface Crosshair {
  readonly x: number;
  readonly by: 'pointer' | 'keyboard';
  /** The chart it came from. */
  readonly chart: string;
}

/** Kept outside React: it changes with every movement of the pointer. */
export class CrosshairStore {
  #now: Crosshair | null = null;
  readonly #listeners = new Set<() => void>();

  readonly get = (): Crosshair | null => this.#now;

  readonly set = (next: Crosshair | null): void => {
    if (this.#now === next || (next !== null && this.#now?.x === next.x && this.#now.by === next.by)) return;
    this.#now = next;
    for (const listener of this.#listeners) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export type ChartRange = readonly [low: number, high: number] | null;

/** What the charts of one screen share: the crosshair and the zoom. */
export interface ChartGroup {
  readonly crosshair: CrosshairStore;
  readonly range: ChartRange;
  readonly setRange: (range: ChartRange) => void;
}

const alone: ChartGroup = { crosshair: new CrosshairStore(), range: null, setRange: () => undefined };

export const ChartGroupContext = createContext<ChartGroup>(alone);

export function useChartGroup(): ChartGroup {
  return useContext(ChartGroupContext);
}

export function useCrosshairStore(): CrosshairStore {
  return useState(() => new CrosshairStore())[0];
}
