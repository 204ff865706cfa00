/** Where the names at the lines' ends stand. */
export interface EndLabel {
  readonly key: number;
  /** Middle of the label, in px from the top. */
  readonly y: number;
}

/** Moves labels apart, as little as possible and inside [0, height], keeping their order. */
export function spreadLabels(labels: readonly EndLabel[], lineHeight: number, height: number): EndLabel[] {
  const sorted = [...labels].sort((a, b) => a.y - b.y || a.key - b.key);
  const half = lineHeight / 2;
  const placed: { key: number; y: number }[] = [];
  for (const { key, y } of sorted) {
    const before = placed.at(-1);
    placed.push({ key, y: Math.max(y, half, before === undefined ? half : before.y + lineHeight) });
  }
  let limit = height - half;
  for (const label of placed.toReversed()) {
    label.y = Math.min(label.y, limit);
    limit = label.y - lineHeight;
  }
  return placed;
}
