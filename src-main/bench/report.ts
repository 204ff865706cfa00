/** One line of the table: a figure beside its budget. */
export interface BenchLine {
  readonly what: string;
  readonly figure: number | undefined;
  readonly budget: number;
  readonly unit: string;
  /** `most`: the figure must not pass the budget; `least`: it must reach it. */
  readonly kind: 'most' | 'least';
}

/** `what  figure  budget  ratio  ok`; a missed budget is shown, not hidden. */
export function formatLine({ what, figure, budget, unit, kind }: BenchLine): string {
  if (figure === undefined)
    return `${what.padEnd(44)} ${'–'.padStart(12)} ${`${budget} ${unit}`.padStart(14)}`;
  const isMet = kind === 'most' ? figure <= budget : figure >= budget;
  const columns = [
    what.padEnd(44),
    `${figure.toFixed(figure < 10 ? 2 : 0)} ${unit}`.padStart(12),
    `${kind === 'most' ? '≤' : '≥'} ${budget} ${unit}`.padStart(14),
    (figure / budget).toFixed(2).padStart(8),
    isMet ? 'ok' : 'MISSED',
  ];
  return columns.join(' ');
}
