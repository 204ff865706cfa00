import { describe, expect, it } from 'vitest';
import { isSelected, keepSources, mostRefs, nothing, scopeOfSelection, select, toggle } from './selection';

const a = { sourceId: 's', sessionId: 'a' };
const b = { sourceId: 's', sessionId: 'b' };

describe('a selection', () => {
  it('adds and removes by toggling', () => {
    const both = toggle(toggle(nothing, a), b);
    expect(isSelected(both, a) && isSelected(both, b)).toBe(true);
    expect(scopeOfSelection(toggle(both, a))).toEqual({ q: '', sessions: [b] });
    expect(scopeOfSelection(toggle(toggle(both, a), b))).toBeNull();
  });
  it('of a whole view is that view, however many it holds', () => {
    const all = { kind: 'all' as const, scope: { q: 'has:error' } };
    expect(isSelected(all, a)).toBe(true);
    expect(scopeOfSelection(all)).toEqual({ q: 'has:error' });
    expect(scopeOfSelection(toggle(all, a))).toEqual({ q: '', sessions: [a] });
  });
  it('loses the sessions of a source that is closed, and nothing else', () => {
    const other = { sourceId: 't', sessionId: 'a' };
    const chosen = select([a, other]);
    expect(scopeOfSelection(keepSources(chosen, (id) => id === 't'))?.sessions).toEqual([other]);
    expect(keepSources(chosen, () => true)).toBe(chosen);
  });
  it('names no more sessions than the contract takes', () => {
    const many = Array.from({ length: mostRefs + 5 }, (_, nth) => ({
      sourceId: 's',
      sessionId: String(nth),
    }));
    expect(scopeOfSelection(select(many))?.sessions).toHaveLength(mostRefs);
  });
});
