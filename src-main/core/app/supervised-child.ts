import type { ChildExit, ChildHandle } from './child-handle';
import type { Log } from './log';

export type ChildState = 'starting' | 'ready' | 'restarting' | 'failed' | 'stopped';

export interface SupervisedChildOptions<Transfer> {
  readonly name: string;
  readonly fork: () => ChildHandle<Transfer>;
  readonly log: Log;
  /** A fresh child: tell it what to do. `crashes` counts those of the last minute. */
  readonly onStart: (child: ChildHandle<Transfer>, crashes: number) => void;
  readonly onMessage: (message: unknown) => void;
  readonly onState: (state: ChildState, exit: ChildExit | undefined) => void;
  /** From `markReady` on; a child that worked this long did not end because of how it was started: it is started again at once, however often. */
  readonly goodRunMs?: number;
}

/** A child that is started again when it ends by itself. */
export interface SupervisedChild<Transfer> {
  readonly state: ChildState;
  readonly pid: number | undefined;
  /** False when there is no child to tell. */
  send(message: object, transfer?: Transfer): boolean;
  /** The child said that it can work. */
  markReady(): void;
  /** After `failed` or `stopped`: with a clean record. */
  start(): void;
  /** Asks the child to end, ends it after `graceMs` and waits until it is gone. */
  stop(shutdown: object): Promise<void>;
}

/** The first restart is immediate, so that the window is back within two seconds. */
const pausesMs = [0, 250, 1_000, 2_000];
export const crashesBeforeGivingUp = pausesMs.length + 1;
const memoryMs = 60_000;
/** What opens files may end by what it reads later. */
export const longGoodRunMs = 5_000;
const graceMs = 5_000;

export function superviseChild<Transfer>(
  options: SupervisedChildOptions<Transfer>,
): SupervisedChild<Transfer> {
  const { name, log, goodRunMs = longGoodRunMs } = options;
  let child: ChildHandle<Transfer> | undefined;
  let state: ChildState = 'stopped';
  let crashTimes: number[] = [];
  let readyAt: number | undefined;
  let pause: NodeJS.Timeout | undefined;
  let stopping: PromiseWithResolvers | undefined;

  const change = (next: ChildState, exit?: ChildExit): void => {
    state = next;
    options.onState(next, exit);
  };

  const launch = (): void => {
    const started = options.fork();
    child = started;
    readyAt = undefined;
    started.onMessage((message) => {
      if (child === started) options.onMessage(message);
    });
    started.onExit((exit) => ended(started, exit));
    log(`${name}.started`, { child: started.pid });
    options.onStart(started, crashTimes.length);
  };

  const ended = (which: ChildHandle<Transfer>, exit: ChildExit): void => {
    if (child !== which) return;
    child = undefined;
    if (stopping !== undefined) {
      log(`${name}.stopped`, { code: exit.code, signal: exit.signal });
      change('stopped', exit);
      stopping.resolve();
      return;
    }
    // Not the wall clock, which may be set back.
    const now = performance.now();
    const wasGood = readyAt !== undefined && now - readyAt >= goodRunMs;
    crashTimes = wasGood ? [now] : [...crashTimes.filter((at) => now - at < memoryMs), now];
    log(`${name}.crashed`, { code: exit.code, signal: exit.signal, crashes: crashTimes.length });
    const pauseMs = pausesMs[crashTimes.length - 1];
    if (pauseMs === undefined) {
      change('failed', exit);
      return;
    }
    change('restarting', exit);
    pause = setTimeout(launch, pauseMs);
  };

  return {
    get state() {
      return state;
    },
    get pid() {
      return child?.pid;
    },
    send: (message, transfer) => {
      if (child === undefined) return false;
      child.send(message, transfer);
      return true;
    },
    markReady: () => {
      readyAt ??= performance.now();
      change('ready');
    },
    start: () => {
      if (child !== undefined || state === 'restarting') return;
      crashTimes = [];
      stopping = undefined;
      change('starting');
      launch();
    },
    stop: async (shutdown) => {
      clearTimeout(pause);
      if (child === undefined) {
        if (state !== 'stopped') change('stopped');
        return;
      }
      stopping ??= promiseWithResolvers();
      const stuck = child;
      stuck.send(shutdown);
      const deadline = setTimeout(() => stuck.kill(), graceMs);
      await stopping.promise;
      clearTimeout(deadline);
    },
  };
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function promiseWithResolvers(): PromiseWithResolvers {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
