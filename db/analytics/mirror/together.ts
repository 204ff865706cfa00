import type { Chunk } from '../../sources';

/** Chunks that land together, as one. When the source ends or fails amid them, those that came are given to `drop`. */
export async function* together(
  source: AsyncGenerator<Chunk, void, void>,
  drop: (chunks: readonly Chunk[]) => Promise<void>,
): AsyncGenerator<readonly Chunk[], void, void> {
  let held: Chunk[] = [];
  try {
    for await (const chunk of source) {
      held.push(chunk);
      if (chunk.isContinued === true) continue;
      const whole = held;
      // Theirs who take them.
      held = [];
      yield whole;
    }
  } finally {
    await drop(held);
  }
}

/** What comes, in as few parts as may be of so many rows; what came before the source failed is given all the same. */
export async function* gathered(
  source: AsyncGenerator<readonly Chunk[], void, void>,
  {
    mostRows,
    drop,
  }: { readonly mostRows: number; readonly drop: (chunks: readonly Chunk[]) => Promise<void> },
): AsyncGenerator<readonly Chunk[], void, void> {
  const held: Chunk[] = [];
  const failure: unknown[] = [];
  try {
    try {
      for await (const chunks of source) {
        held.push(...chunks);
        if (rowsOf(held) > mostRows) yield held.splice(0);
      }
    } catch (error) {
      failure.push(error);
    }
    if (held.length > 0) yield held.splice(0);
    if (failure.length > 0) throw failure[0];
  } finally {
    await drop(held);
  }
}

export function rowsOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { rows }) => sum + rows, 0);
}
