import { randomBytes } from 'node:crypto';
import { currentSession, currentTimestep, enterSession, withSession } from './context';
import { Delivery } from './delivery/delivery';
import type { TracerFigures } from './delivery/figures';
import { spoolFolder } from './delivery/spool';
import type { EventInput } from './events';
import { Hooks, type HookTable } from './hooks';
import { Problems } from './problems';
import type {
  ExperimentInput,
  MessageInput,
  RecordedEvent,
  RecordedMessage,
  RewardInput,
  SessionEnd,
  SessionInput,
  SessionTrace,
  StoreAddress,
  SystemInput,
  TimestepEnd,
  TimestepInput,
} from './records';
import type { Row } from './rows';
import { type SessionHost, TracedSession } from './session';
import type { SessionLog } from './session-log';
import { rowsOfExperiment, rowsOfSystem } from './setting-rows';
import type { TracedTimestep } from './timestep';
import { rowsOfSession } from './whole-session';

export interface TracerOptions extends StoreAddress {
  /** Rows of one batch; so many waiting are sent at once. */
  readonly batchSize?: number;
  /** How old a row may become before it is sent. */
  readonly maxAgeMs?: number;
  /** What may wait in memory; 16 MB when left out. The oldest rows beyond it move to the spool. */
  readonly maxBufferedBytes?: number;
  /**
   * The folder of what waits for a store that is away, with one below it for each store; in the application's data when left out. `null`: no
   * spool, so that what does not fit the memory, or is left at the end, is lost.
   */
  readonly spoolDir?: string | null;
  /** What may wait there; 1 GB when left out. */
  readonly maxSpooledBytes?: number;
  /** How long the store may be out of reach before it counts as away; 2 s when left out. */
  readonly patienceMs?: number;
  /**
   * How long it may take for one batch; a minute when left out. A store that many programs write to is behind, not away: what is recorded
   * meanwhile waits in memory as far as it fits, then in the spool.
   */
  readonly answerTimeoutMs?: number;
  /** How long `close` tries before it leaves what is left to the spool; 5 s when left out. */
  readonly closeTimeoutMs?: number;
  readonly hooks?: HookTable;
  /** Told of each problem; Node's process warning when left out. */
  readonly onError?: (error: Error) => void;
  /** Throws mistakes in how the tracer is used instead of reporting them. For tests and development. */
  readonly strict?: boolean;
  /** Makes ids of so many bytes in hexadecimal; random when left out. */
  readonly newId?: (bytes: number) => string;
}

/** Writes the traces of a program into a store: recording is synchronous and cheap, writing happens in batches behind it. */
export class SessionTracer implements AsyncDisposable {
  readonly hooks: Hooks;
  private readonly open = new Map<string, TracedSession>();
  private readonly problems: Problems;
  private readonly delivery: Delivery;
  private readonly host: SessionHost;

  private constructor(
    options: TracerOptions,
    parts: {
      readonly problems: Problems;
      readonly touched: Set<SessionLog>;
      readonly hooks: Hooks;
      readonly delivery: Delivery;
    },
  ) {
    const { problems, touched, hooks, delivery } = parts;
    this.hooks = hooks;
    this.problems = problems;
    this.delivery = delivery;
    this.host = {
      hooks,
      problems,
      settle: () => delivery.settle(),
      forget: (session) => this.open.delete(session.id),
      recorder: {
        hooks,
        add: (added) => delivery.add(added),
        touch: (log) => touched.add(log),
        newId: options.newId ?? randomId,
      },
    };
  }

  /** Makes a tracer for a store, which need not be there yet: it neither waits for it nor fails without it. */
  static async open(options: TracerOptions): Promise<SessionTracer> {
    const { url, token = null, onError, strict = false, spoolDir } = options;
    const problems = new Problems({ ...(onError ? { onError } : {}), isStrict: strict });
    const hooks = new Hooks(problems, options.hooks);
    const touched = new Set<SessionLog>();
    const delivery = await Delivery.open({
      target: { url, token },
      batchSize: options.batchSize ?? 500,
      maxAgeMs: options.maxAgeMs ?? 500,
      maxBufferedBytes: options.maxBufferedBytes ?? 16 * 1024 ** 2,
      maxSpooledBytes: options.maxSpooledBytes ?? 1024 ** 3,
      spoolFolder: spoolDir === null ? null : spoolFolder(url, spoolDir),
      patienceMs: options.patienceMs ?? 2_000,
      answerMs: options.answerTimeoutMs ?? 60_000,
      closeMs: options.closeTimeoutMs ?? 5_000,
      problems,
      summarise: () => summariesOf(touched),
      onSaved: (batch) => hooks.run('after_save', batch),
    });
    return new SessionTracer(options, { problems, touched, hooks, delivery });
  }

  /** How the rows are doing: what waits where, what was sent, what was lost. */
  get figures(): TracerFigures {
    return this.delivery.figures;
  }

  /** Adds an experiment, or describes the one with this id anew. */
  experiment(input: ExperimentInput): void {
    this.addAll(() => rowsOfExperiment(input));
  }

  /** Adds a system with its versions; one that is there stays as it is. */
  system(input: SystemInput): void {
    this.addAll(() => rowsOfSystem(input));
  }

  /** Writes whole sessions; those that are there already stay as they are. True when all are in the store, false as `flush` says it. */
  async batchInsertSessions(sessions: readonly SessionTrace[]): Promise<boolean> {
    for (const session of sessions) {
      this.addAll(() => rowsOfSession(session, this.hooks));
      if (this.delivery.isHalfFull) await this.flush();
    }
    return await this.flush();
  }

  /** Begins a session, current from here on. `using` or `await using` ends it with its scope. */
  session(input: SessionInput = {}): TracedSession {
    const session = this.beginSession(input);
    enterSession(session);
    return session;
  }

  /** Runs `fn` in a session of its own, which ends with it (with its error, if it throws): the way to trace runs beside each other. */
  async runSession<T>(input: SessionInput, fn: (session: TracedSession) => T): Promise<Awaited<T>> {
    const session = this.beginSession(input);
    try {
      return await withSession(session, () => fn(session));
    } catch (error) {
      session.end({ error: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      session.end();
    }
  }

  /** As `session()`: for programs that begin and end in different places. */
  startSession(input: SessionInput = {}): TracedSession {
    return this.session(input);
  }

  /** Ends the current session, or the one that is named. */
  endSession(end: SessionEnd & { readonly sessionId?: string } = {}): void {
    const { sessionId, ...rest } = end;
    const session = sessionId === undefined ? this.current('endSession') : this.open.get(sessionId);
    if (session) session.end(rest);
    else if (sessionId !== undefined) this.problems.misuse(`There is no open session ${sessionId} to end.`);
  }

  /** Begins a timestep in the current session. */
  timestep(input: TimestepInput = {}): TracedTimestep {
    return (this.current('timestep') ?? this.lostSession()).timestep(input);
  }

  startTimestep(input: TimestepInput = {}): TracedTimestep {
    return this.timestep(input);
  }

  /** Ends the current timestep. */
  endTimestep(end: TimestepEnd = {}): void {
    const timestep = currentTimestep();
    if (timestep) timestep.end(end);
    else this.problems.misuse('There is no current timestep to end.');
  }

  /** Records an event in the current session and timestep. */
  recordEvent(event: EventInput): RecordedEvent {
    return (this.current('recordEvent') ?? this.lostSession()).recordEvent(event);
  }

  recordMessage(message: MessageInput): RecordedMessage {
    return (this.current('recordMessage') ?? this.lostSession()).recordMessage(message);
  }

  recordReward(reward: RewardInput): void {
    this.current('recordReward')?.recordReward(reward);
  }

  /**
   * Resolves when everything recorded so far is safe: true when it is in the store, false when the store is away and it waits in the spool.
   * Tries the store now, also when it was away.
   */
  flush(): Promise<boolean> {
    return this.delivery.flush();
  }

  /** Ends the tracer: writes what is left, and leaves it in the spool when that does not work in time. Never fails. */
  close(): Promise<void> {
    return this.delivery.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private addAll(make: () => Row[]): void {
    for (const each of this.problems.guard(make, [])) this.delivery.add(each);
  }

  private beginSession(input: SessionInput): TracedSession {
    const running = input.id === undefined ? undefined : this.open.get(input.id);
    if (running) {
      this.problems.misuse(`Session ${running.id} is open already; it goes on.`);
      return running;
    }
    const session = this.problems.guard(() => new TracedSession(this.host, input), undefined);
    if (session === undefined) return this.lostSession();
    this.open.set(session.id, session);
    this.hooks.run('session_start', { session });
    return session;
  }

  private current(what: string): TracedSession | undefined {
    const session = currentSession();
    if (session === undefined)
      this.problems.misuse(`${what} needs a current session, and there is none here.`);
    return session;
  }

  /** What is recorded in no session goes nowhere. */
  private lostSession(): TracedSession {
    const recorder = { ...this.host.recorder, add: () => {}, touch: () => {} };
    const lost = new TracedSession({ ...this.host, recorder, hooks: new Hooks(this.problems) }, {});
    return lost;
  }
}

function summariesOf(touched: Set<SessionLog>): Row[] {
  const rows = [...touched].map((log) => log.summary());
  touched.clear();
  return rows;
}

function randomId(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
