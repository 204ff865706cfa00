import { useState } from 'react';
import type { MeasuredList } from './use-measured-list';

export interface Folds {
  readonly isFolded: (header: number) => boolean;
  readonly isAnyFolded: boolean;
  readonly set: (header: number, length: number, isFolded: boolean) => void;
  /** Folds all steps to their headers, which stand at these places. */
  readonly foldAll: (headers: readonly number[]) => void;
  readonly unfoldAll: () => void;
  /** Unfolds the step that an item is in. */
  readonly reveal: (position: number) => void;
}

/** Which steps are folded: their header's place and how many items it hides. */
export function useFolds({ heights, refresh }: MeasuredList): Folds {
  const [folded, setFolded] = useState<ReadonlyMap<number, number>>(new Map());
  const change = (steps: ReadonlyMap<number, number>, isFolded: boolean) => {
    const runs = [...steps].map(([header, length]) => ({ first: header + 1, length }));
    heights.setAllHidden(runs, isFolded);
    setFolded((before) => {
      const next = new Map(before);
      for (const [header, length] of steps) {
        if (isFolded) next.set(header, length);
        else next.delete(header);
      }
      return next;
    });
    refresh();
  };
  return {
    isFolded: (header) => folded.has(header),
    isAnyFolded: folded.size > 0,
    set: (header, length, isFolded) => change(new Map([[header, length]]), isFolded),
    foldAll: (headers) =>
      change(
        new Map(headers.map((header, at) => [header, (headers[at + 1] ?? heights.count) - header - 1])),
        true,
      ),
    unfoldAll: () => change(folded, false),
    reveal: (position) => {
      const around = [...folded].filter(
        ([header, length]) => position > header && position <= header + length,
      );
      if (around.length > 0) change(new Map(around), false);
    },
  };
}
