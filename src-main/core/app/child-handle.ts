/** How a child process ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A started child: Electron's utilityProcess or a forked Node. `Transfer` is what can be handed over beside a message. */
export interface ChildHandle<Transfer> {
  readonly pid: number | undefined;
  /** Does nothing once the child has ended. */
  send(message: object, transfer?: Transfer): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, also when the child could not be started. */
  onExit(listener: (exit: ChildExit) => void): void;
  kill(): void;
}

export type ChildEntry = 'engine' | 'store';
export type ForkChild<Transfer> = (entry: ChildEntry) => ChildHandle<Transfer>;
