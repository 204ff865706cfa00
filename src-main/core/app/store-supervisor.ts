// Not the folder's index: main never loads the database.
import { idleState } from '../../../db/store/running-store';
import type { StoreStatus } from '../../contract';
import {
  type StoreCommand,
  type StoreInput,
  type StoreOutput,
  type StoreReport,
  type StoreRequestName,
  storeReport,
} from '../store-protocol';
import { type RequestOptions, type StoreAnswer, StoreRequestTable } from '../store-requests';
import type { ChildHandle } from './child-handle';
import type { Log } from './log';
import { superviseChild } from './supervised-child';

export interface StoreSupervisorOptions {
  readonly fork: () => ChildHandle<unknown>;
  readonly directory: string;
  readonly port: number | undefined;
  readonly sqldPath: string | undefined;
  readonly log: Log;
  readonly onStatus: (status: StoreStatus) => void;
  /** An answer to what was relayed. */
  readonly onAnswer: (answer: StoreAnswer) => void;
  /** The process is gone, and with it whatever it was asked. */
  readonly onLost: () => void;
  readonly onCommitted: (report: Extract<StoreReport, { type: 'committed' }>) => void;
}

/** Keeps the store process alive and knows its last status. */
export interface StoreSupervisor {
  readonly status: StoreStatus;
  readonly pid: number | undefined;
  start(): void;
  control(action: 'start' | 'stop' | 'restart'): void;
  /** Hands on a request of the engine, or its cancelling. False: there is no store process. */
  relay(command: StoreCommand): boolean;
  /** Asks the store process. Fails with STORE_UNAVAILABLE when it ends before it answers. */
  request<N extends StoreRequestName>(
    name: N,
    input: StoreInput<N>,
    options?: RequestOptions,
  ): Promise<StoreOutput<N>>;
  stop(): Promise<void>;
}

export function superviseStore(options: StoreSupervisorOptions): StoreSupervisor {
  const { log } = options;
  // Until the store process has said something.
  let status: StoreStatus = idleState({ state: 'starting', directory: options.directory });
  let wanted = true;

  const startCommand = {
    type: 'start' as const,
    directory: options.directory,
    ...(options.port !== undefined && { port: options.port }),
    ...(options.sqldPath !== undefined && { sqldPath: options.sqldPath }),
  };
  /** At the same place as before, so that programs find it again. */
  const startAgain = (): StoreCommand => ({
    ...startCommand,
    ...(status.port !== null && { preferredPort: status.port }),
  });
  const tell = (command: StoreCommand): boolean => child.send(command);
  const requests = new StoreRequestTable(tell);
  const change = (next: StoreStatus): void => {
    status = next;
    options.onStatus(next);
  };

  const child = superviseChild<unknown>({
    name: 'store',
    fork: options.fork,
    log,
    // It opens one directory, before it is ready.
    goodRunMs: 500,
    onStart: (handle) => {
      if (wanted) handle.send(startAgain());
    },
    onMessage: (message) => {
      const report = storeReport.safeParse(message);
      if (!report.success) return log('store.unknownReport', { reason: report.error.issues[0]?.message });
      switch (report.data.type) {
        case 'ready':
          return child.markReady();
        case 'status':
          return change(report.data.status);
        case 'committed':
          return options.onCommitted(report.data);
        case 'progress':
        case 'answered':
        case 'refused':
          if (!requests.take(report.data)) options.onAnswer(report.data);
          return;
      }
    },
    onState: (state) => {
      if (state !== 'starting' && state !== 'ready') {
        requests.failAll();
        options.onLost();
      }
      if (state === 'restarting')
        change({ ...status, state: 'restarting', pid: null, restarts: status.restarts + 1 });
      if (state === 'failed')
        change({ ...status, state: 'failed', pid: null, failure: repeatedEnd(options.directory) });
    },
  });

  return {
    get status() {
      return status;
    },
    get pid() {
      return child.pid;
    },
    start: child.start,
    control: (action) => {
      wanted = action !== 'stop';
      log('store.control', { action });
      if (child.state === 'failed') return child.start();
      // The process takes its commands one after the other.
      if (action !== 'start') tell({ type: 'stop' });
      if (action !== 'stop') tell(startAgain());
    },
    relay: tell,
    request: (name, input, asked) => requests.request(name, input, asked),
    stop: () => child.stop({ type: 'shutdown' }),
  };
}

function repeatedEnd(directory: string): NonNullable<StoreStatus['failure']> {
  return {
    code: 'STORE_UNAVAILABLE',
    message: `The store process of ${directory} ended repeatedly and was not started again.`,
    data: { path: directory, action: 'Read the log below, then choose Start.' },
  };
}
