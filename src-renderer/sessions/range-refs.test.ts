import { describe, expect, it } from 'vitest';
import { type RefPage, refsOfRange } from './range-refs';

const ref = (index: number) => ({ sourceId: 's', sessionId: String(index) });

describe('the refs of a range', () => {
  it('need no question where every row is there', async () => {
    const refs = await refsOfRange({ first: 3, end: 6 }, ref, () => Promise.reject(new Error('asked')));
    expect(refs).toEqual([ref(3), ref(4), ref(5)]);
  });
  it('hold rows that were never on the screen, each once and in order', async () => {
    const asked: RefPage[] = [];
    const refs = await refsOfRange(
      { first: 50, end: 1270 },
      (index) => (index < 100 || index > 1200 ? ref(index) : undefined),
      async (page) => {
        asked.push(page);
        return Array.from({ length: page.limit }, (_, nth) => ref(page.offset + nth));
      },
    );
    expect(refs).toEqual(Array.from({ length: 1220 }, (_, nth) => ref(50 + nth)));
    expect(asked).toEqual([
      { offset: 50, limit: 500 },
      { offset: 550, limit: 500 },
      { offset: 1050, limit: 220 },
    ]);
  });
});
