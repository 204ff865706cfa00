import { ExpectedError } from '../../model';

export interface TurnstileOptions {
  readonly permits: number;
  readonly maxWaiting: number;
  readonly waitLimitMs: number;
}

interface Waiter {
  readonly admit: () => void;
}

/** Lets so many in at one time, the others in the order of their coming. Who waits too long, or finds too many waiting, gets STORE_BUSY. */
export class Turnstile {
  private inside = 0;
  private readonly queue: Waiter[] = [];

  constructor(private readonly options: TurnstileOptions) {}

  get waiting(): number {
    return this.queue.length;
  }

  /** Resolves with the way out; calling that twice does nothing. */
  async enter(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.inside < this.options.permits) this.inside++;
    else await this.wait(signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.leave();
    };
  }

  private wait(signal?: AbortSignal): Promise<void> {
    if (this.queue.length >= this.options.maxWaiting) {
      throw busy(`${this.queue.length} requests are already waiting for the store`, 1_000);
    }
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(limit);
        signal?.removeEventListener('abort', cancel);
      };
      const giveUp = (reason: unknown) => {
        done();
        const index = this.queue.indexOf(waiter);
        if (index >= 0) this.queue.splice(index, 1);
        reject(reason);
      };
      const cancel = () => giveUp(signal?.reason);
      const waiter: Waiter = {
        admit: () => {
          done();
          resolve();
        },
      };
      const limit = setTimeout(
        () => giveUp(busy(`The request waited ${this.options.waitLimitMs} ms for its turn`, 200)),
        this.options.waitLimitMs,
      );
      signal?.addEventListener('abort', cancel, { once: true });
      this.queue.push(waiter);
    });
  }

  /** The permit goes straight to the next in line, so nobody can overtake. */
  private leave(): void {
    const next = this.queue.shift();
    if (next) next.admit();
    else this.inside--;
  }
}

export function busy(what: string, retryAfterMs: number): ExpectedError<'STORE_BUSY'> {
  return new ExpectedError('STORE_BUSY', `${what}. Nothing was written; send it again.`, {
    action: 'Try again in a moment.',
    retryAfterMs,
  });
}
