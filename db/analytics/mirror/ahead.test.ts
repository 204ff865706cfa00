import { expect, test } from 'vitest';
import { ahead } from './ahead';

async function* numbers(): AsyncGenerator<number, void, void> {
  for (let n = 1; n <= 4; n += 1) yield n;
}

test('every value comes once and in order, and none is dropped', async () => {
  const taken: number[] = [];
  const dropped: number[] = [];
  for await (const n of ahead(numbers(), async (value) => void dropped.push(value))) taken.push(n);
  expect({ taken, dropped }).toEqual({ taken: [1, 2, 3, 4], dropped: [] });
});

test('the value that was made ahead is dropped when the consumer stops, by leaving or by failing', async () => {
  for (const isFailing of [false, true]) {
    const dropped: number[] = [];
    const consume = async () => {
      for await (const n of ahead(numbers(), async (value) => void dropped.push(value))) {
        if (n === 2 && isFailing) throw new Error('no');
        if (n === 2) break;
      }
    };
    if (isFailing) await expect(consume()).rejects.toThrow('no');
    else await consume();
    expect(dropped).toEqual([3]);
  }
});
