import {
  type Capabilities,
  type JobState,
  type Settings,
  type ShellEvent,
  type StoreStatus,
  settings,
  type WorkspaceState,
} from '../../src-main/contract';

/** A value that changes by itself, readable by React (`useLive`) and by code outside it. */
export class Live<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get = (): T => this.#value;

  set = (value: T): void => {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  };

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

export type EngineEvent = Extract<ShellEvent, { kind: 'engine' }>;

/** What the window is told without asking. Null: not told yet. */
export const live = {
  workspace: new Live<WorkspaceState | null>(null),
  jobs: new Live<readonly JobState[]>([]),
  engine: new Live<EngineEvent | null>(null),
  store: new Live<StoreStatus | null>(null),
  settings: new Live<Settings>(settings.parse({})),
  capabilities: new Live<Capabilities | null>(null),
};
