import { describe, expect, it } from 'vitest';
import { findRow } from './find-row';

const rows = ['new', 'a', 'b', 'c'];
const find = (index: number, key: string) => findRow((at) => rows[at], String, { index, key });

describe('a row that moved', () => {
  it('is found where it is now, below or above', () => {
    expect(find(0, 'a')).toBe(1);
    expect(find(3, 'a')).toBe(1);
    expect(find(2, 'b')).toBe(2);
  });
  it('is not found when it is gone', () => {
    expect(find(1, 'x')).toBeNull();
  });
});
