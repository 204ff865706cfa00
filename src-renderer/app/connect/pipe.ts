import { type ClientContext, type ClientOptions, ORPCError } from '@orpc/client';

/** Sends one call over the wire that is there now. */
export type Send = (
  path: readonly string[],
  input: unknown,
  options: ClientOptions<ClientContext>,
) => Promise<unknown>;

/** One end of a wire: how to call over it, and what takes it down. */
export interface Wire {
  readonly send: Send;
  readonly close: () => void;
}

/** `failed`: no wire is coming. */
export type PipeState = 'connecting' | 'connected' | 'lost' | 'failed';

interface Waiting {
  readonly resume: (line: Line) => void;
  readonly reject: (reason: unknown) => void;
}

interface Line {
  readonly wire: Wire;
  readonly ended: AbortController;
}

/**
 * A client's place to call, that outlives its wires. A call made while there is no wire waits for the next one, as long as one may come;
 * a call on a wire that dies is rejected with ENGINE_RESTARTED, whatever the transport does with it.
 */
export class Pipe {
  #line: Line | null = null;
  #waiting: Waiting[] = [];
  readonly #listeners = new Set<() => void>();
  #state: PipeState = 'connecting';

  get state(): PipeState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes a new wire into use; the old one, if any, ends. */
  attach(wire: Wire): void {
    this.detach();
    const line: Line = { wire, ended: new AbortController() };
    this.#line = line;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resume } of waiting) resume(line);
    this.#become('connected');
  }

  /** The wire is gone: every pending call on it is rejected. */
  detach(wire?: Wire): void {
    const line = this.#line;
    if (line === null || (wire !== undefined && line.wire !== wire)) return;
    this.#line = null;
    this.#become('lost');
    line.ended.abort();
    line.wire.close();
  }

  /** Nobody is there to connect to, and nobody will be: what waits, and what is asked from now on, is rejected. */
  fail(): void {
    this.detach();
    this.#become('failed');
    for (const { reject } of this.#waiting.splice(0)) reject(restarted());
  }

  readonly call: Send = async (path, input, options) => {
    const line = this.#line ?? (await this.#next(options.signal));
    const answer = await endingWith(line.ended.signal, line.wire.send(path, input, options));
    return isStream(answer) ? streamEndingWith(line.ended.signal, answer) : answer;
  };

  #next(signal: AbortSignal | undefined): Promise<Line> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.#state === 'failed') return reject(restarted());
      const settled = (): void => signal?.removeEventListener('abort', giveUp);
      const one: Waiting = {
        resume: (line) => {
          settled();
          resolve(line);
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
      };
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== one);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(one);
    });
  }

  #become(state: PipeState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function restarted(): ORPCError<'ENGINE_RESTARTED', { action: string }> {
  return new ORPCError('ENGINE_RESTARTED', {
    defined: true,
    message: 'The connection to the engine ended before the answer came.',
    data: { action: 'The window reconnects by itself; repeat what was asked if it does not appear.' },
  });
}

function endingWith<T>(ended: AbortSignal, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(restarted());
    if (ended.aborted) stop();
    ended.addEventListener('abort', stop, { once: true });
    answer.then(resolve, reject).finally(() => ended.removeEventListener('abort', stop));
  });
}

function isStream(value: unknown): value is AsyncIterator<unknown> & AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}

async function* streamEndingWith(
  ended: AbortSignal,
  stream: AsyncIterator<unknown>,
): AsyncGenerator<unknown, void, void> {
  try {
    for (;;) {
      const next = await endingWith(ended, stream.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // On a wire that is gone there is nobody to tell.
    if (!ended.aborted) await stream.return?.();
  }
}
