import { describe, expect, it } from 'vitest';
import { ItemSizes } from './item-sizes';

describe('item sizes', () => {
  it('start as estimates and find the item at a position', () => {
    const sizes = new ItemSizes(10, () => 20);
    expect(sizes.total).toBe(200);
    expect(sizes.indexAt(0)).toBe(0);
    expect(sizes.indexAt(19.9)).toBe(0);
    expect(sizes.indexAt(20)).toBe(1);
    expect(sizes.indexAt(9999)).toBe(9);
  });
  it('move everything below an item that was measured, however late', () => {
    const sizes = new ItemSizes(10, () => 20);
    expect(sizes.offsetOf(9)).toBe(180);
    expect(sizes.measure(2, 100)).toBe(true);
    expect(sizes.measure(2, 100)).toBe(false);
    expect(sizes.offsetOf(2)).toBe(40);
    expect(sizes.offsetOf(3)).toBe(140);
    expect(sizes.total).toBe(280);
    expect(sizes.indexAt(139)).toBe(2);
  });
  it('keep what was measured when the list grows', () => {
    const sizes = new ItemSizes(3, () => 20);
    sizes.measure(1, 50);
    const grown = new ItemSizes(5, () => 10, sizes);
    expect(grown.offsetOf(3)).toBe(70);
    expect(grown.total).toBe(90);
  });
  it('are nothing for an empty list', () => {
    const sizes = new ItemSizes(0, () => 20);
    expect(sizes.total).toBe(0);
    expect(sizes.indexAt(5)).toBe(0);
  });
});
