import { isFailureCode } from '../ui';
import type { Pipe } from './connect';

/**
 * Keeps a stream of snapshots going for as long as the window lives: when its wire dies it is asked for again on the next one. Only a
 * failure that a new wire cannot mend ends it.
 */
export async function follow<T>(
  pipe: Pipe,
  open: () => Promise<AsyncIterable<T>>,
  onValue: (value: T) => void,
): Promise<never> {
  for (;;) {
    try {
      for await (const value of await open()) onValue(value);
      await nextWire(pipe);
    } catch (error) {
      if (!isFailureCode(error, 'ENGINE_RESTARTED')) throw error;
      if (pipe.state === 'failed') await nextWire(pipe);
    }
  }
}

/** A stream that ended in good order has nothing more to say on this wire. */
function nextWire(pipe: Pipe): Promise<void> {
  return new Promise((resolve) => {
    const stop = pipe.subscribe(() => {
      if (pipe.state !== 'connected') return;
      stop();
      resolve();
    });
  });
}
