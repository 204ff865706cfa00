import { type Client, createClient } from '@libsql/client';
import type { ExpectedError } from '../model';
import type { StoreFiles } from './directory';
import { SqldUpstream } from './gate/sqld-upstream';
import type { Upstream } from './gate/upstream';
import type { Hold } from './holder';
import { openKeys, type StoreTokens } from './keys';
import type { LogRing } from './log-ring';
import { SqldSupervisor, type SupervisorState } from './supervisor';

export interface EngineOptions {
  readonly files: StoreFiles;
  readonly hold: Hold;
  readonly log: LogRing;
  readonly onChange: () => void;
  /** Everything that was open in the engine is lost. */
  readonly onLost: () => void;
}

/** The database of a store, with what the gate and the Store screen want to know of it. */
export interface StoreEngine extends AsyncDisposable {
  readonly kind: 'sqld' | 'embedded';
  readonly upstream: Upstream;
  readonly tokens: StoreTokens;
  readonly state: SupervisorState;
  readonly pid: number | null;
  readonly restarts: number;
  readonly failure: ExpectedError | null;
  /** A client past the gate, for migrations before anybody else comes. */
  connect(): Promise<Client>;
}

/** sqld as a supervised child. */
export async function openSqldEngine(
  binary: string,
  options: EngineOptions,
  signal?: AbortSignal,
): Promise<StoreEngine> {
  const { files, hold, log } = options;
  const tokens = await openKeys(files);
  const running = await SqldSupervisor.start(
    {
      binary,
      directory: files.directory,
      publicKey: files.publicKey,
      onSpawn: (pid) => hold.update({ sqldPid: pid }),
    },
    { onChange: options.onChange, onLost: options.onLost, onLine: (line) => log.add(line) },
    signal,
  );
  const upstream = new SqldUpstream(running);
  return {
    kind: 'sqld',
    upstream,
    tokens,
    get state() {
      return running.state;
    },
    get pid() {
      return running.run?.pid ?? null;
    },
    get restarts() {
      return running.restarts;
    },
    get failure() {
      return running.failure;
    },
    async connect() {
      const { port } = await running.ready(5_000);
      return createClient({ url: `http://127.0.0.1:${port}`, authToken: tokens.token });
    },
    async [Symbol.asyncDispose]() {
      upstream[Symbol.dispose]();
      await running[Symbol.asyncDispose]();
    },
  };
}
