import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Throttle } from './throttle';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('the first call runs at once, those in between are one, and without calls no timer is left', () => {
  let runs = 0;
  using throttle = new Throttle(100, () => {
    runs++;
  });
  for (let count = 0; count < 5; count++) throttle.call();
  expect(runs).toBe(1);
  vi.advanceTimersByTime(100);
  expect(runs).toBe(2);
  throttle.call();
  throttle.callNow();
  expect(runs).toBe(3);
  vi.advanceTimersByTime(1_000);
  expect(runs).toBe(3);
  expect(vi.getTimerCount()).toBe(0);
});
