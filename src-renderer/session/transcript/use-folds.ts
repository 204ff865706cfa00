import { useState } from 'react';
import type { MeasuredList } from './use-measured-list';

export interface Folds {
  readonly isFolded: (header: number) => boolean;
  readonly set: (header: number, length: number, isFolded: boolean) => void;
  /** Unfolds the step that an item is in. */
  readonly reveal: (position: number) => void;
}

/** Which steps are folded: their header's place and how many items it hides. */
export function useFolds({ heights, refresh }: MeasuredList): Folds {
  const [folded, setFolded] = useState<ReadonlyMap<number, number>>(new Map());
  const set = (header: number, length: number, isFolded: boolean) => {
    heights.setHidden(header + 1, length, isFolded);
    const next = new Map(folded);
    if (isFolded) next.set(header, length);
    else next.delete(header);
    setFolded(next);
    refresh();
  };
  return {
    isFolded: (header) => folded.has(header),
    set,
    reveal: (position) => {
      for (const [header, length] of folded) {
        if (position > header && position <= header + length) set(header, length, false);
      }
    },
  };
}
