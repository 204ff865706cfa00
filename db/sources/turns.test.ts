import { expect, test } from 'vitest';
import { Turns } from './turns';

test('who is aborted while they wait leaves, and those behind have their turn in order', async () => {
  const turns = new Turns(1);
  const first = await turns.take();
  const controller = new AbortController();
  const begun: string[] = [];
  const leaving = turns.take(controller.signal);
  const waiting = ['second', 'third'].map(async (name) => {
    using _turn = await turns.take(new AbortController().signal);
    begun.push(name);
  });
  controller.abort();
  await expect(leaving).rejects.toBe(controller.signal.reason);
  first[Symbol.dispose]();
  await Promise.all(waiting);
  expect(begun).toEqual(['second', 'third']);
  await expect(turns.take(controller.signal)).rejects.toBe(controller.signal.reason);
  using _free = await turns.take();
});
