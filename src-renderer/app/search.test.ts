import { describe, expect, it } from 'vitest';
import { scopeOf, sessionSearch, sessionsSearch, sortOf } from './search';

describe('search parameters', () => {
  it('drop what does not fit and keep the rest', () => {
    expect(
      sessionsSearch.parse({ q: 'model:x', sort: 'nonsense', sources: 'one', asc: true, other: 1 }),
    ).toEqual({
      q: 'model:x',
      asc: true,
    });
    expect(sessionSearch.parse({ tab: 'costs', x0: '3', table: 'events' })).toEqual({
      tab: 'costs',
      table: 'events',
    });
  });
  it('say what the list is about', () => {
    expect(scopeOf({})).toEqual({ q: '' });
    expect(scopeOf({ q: 'a', sources: ['s'], from: '2026-01-01T00:00:00Z' })).toEqual({
      q: 'a',
      sourceIds: ['s'],
      from: '2026-01-01T00:00:00Z',
    });
  });
  it('start with the newest session', () => {
    expect(sortOf({})).toEqual({ key: 'created', descending: true });
    expect(sortOf({ sort: 'cost', asc: true })).toEqual({ key: 'cost', descending: false });
  });
});
