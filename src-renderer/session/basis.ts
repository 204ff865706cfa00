import type { Cost } from '../../src-main/contract';
import { formatInteger } from '../ui';

const names = {
  reported: 'reported',
  rounded: 'whole cents',
  priced: 'priced',
  unpriced: 'unpriced',
} as const;
type Basis = keyof typeof names;

/** What the dollars of several sums are made of: `reported 40, unpriced 2 calls`. */
export function basisText(costs: readonly Cost[]): string {
  const parts = (Object.keys(names) as Basis[]).flatMap((basis) => {
    const calls = costs.reduce((sum, cost) => sum + cost.calls[basis], 0);
    return calls === 0 ? [] : [`${names[basis]} ${formatInteger(calls)}`];
  });
  return parts.length === 0 ? 'no calls' : `${parts.join(', ')} calls`;
}
