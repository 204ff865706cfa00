import { expect, it } from 'vitest';
import { isIsland } from './plot-options';

it('a value with nothing within reach is drawn as a dot, others are part of a line', () => {
  const values = [1, null, 2, null, null, null, 3];
  expect(values.map((_, index) => isIsland(values, index))).toEqual([
    true,
    false,
    true,
    false,
    false,
    false,
    true,
  ]);
  expect(isIsland(values, 0, 2)).toBe(false);
  expect(isIsland(values, 6, 3)).toBe(true);
  expect(isIsland(values, 1, 4)).toBe(false);
});
