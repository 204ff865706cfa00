import { getEventListeners, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { joinSignals } from './join-signals';

test('aborts with the first that does, at once when one has already, and leaves nothing on the others', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  {
    using joined = joinSignals([one.signal, other.signal]);
    expect(joined.signal.aborted).toBe(false);
    expect(getEventListeners(one.signal, 'abort')).toHaveLength(1);
    other.abort('gone');
    expect(joined.signal.reason).toBe('gone');
    one.abort('late');
    expect(joined.signal.reason).toBe('gone');
  }
  const third = new AbortController();
  {
    using joined = joinSignals([third.signal, one.signal]);
    expect(joined.signal.reason).toBe('late');
  }
  expect(getEventListeners(third.signal, 'abort')).toEqual([]);
});

test('a limit of time that nothing else holds is kept from the garbage collector', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const asked = new AbortController();
  const join = () => joinSignals([AbortSignal.timeout(200), asked.signal]);
  using joined = join();
  const aborted = once(joined.signal, 'abort');
  // What a turn has touched is held until it ends.
  await nextTurn();
  collect();
  await aborted;
  expect(joined.signal.reason).toMatchObject({ name: 'TimeoutError' });
});
