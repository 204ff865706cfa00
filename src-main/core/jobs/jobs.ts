import { randomUUID } from 'node:crypto';
import { ExpectedError, type Failure, toFailure } from '../../../db/model';
import { Throttle } from '../../../db/runtime';
import type { JobState } from '../../contract';
import { streamSnapshots } from '../snapshots';

/** What a job's work may say about itself. `done` never runs backwards; `total` null: not known. */
export interface JobProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

export interface JobWork {
  readonly kind: JobState['kind'];
  readonly title: string;
  run(signal: AbortSignal, report: (progress: JobProgress) => void): Promise<Record<string, unknown>>;
}

interface Job {
  state: JobState;
  readonly controller: AbortController;
  readonly startedAt: number;
  readonly listeners: Set<() => void>;
  readonly throttle: Throttle;
  finished: Promise<void>;
}

/** Ten snapshots a second are enough for an eye. */
const SNAPSHOT_MS = 100;
/** Jobs that ended are remembered for late watchers, up to this many. */
const REMEMBERED = 50;

/** Long work: started, watched by many, cancelled; it outlives the window that started it. */
export class Jobs implements AsyncDisposable {
  private readonly jobs = new Map<string, Job>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly log: (event: Readonly<Record<string, unknown>>) => void = () => {}) {}

  start(work: JobWork): string {
    const jobId = randomUUID();
    const state: JobState = {
      jobId,
      kind: work.kind,
      title: work.title,
      status: 'running',
      phase: 'Starting',
      done: 0,
      total: null,
      unit: '',
      rate: null,
      result: null,
      failure: null,
    };
    const controller = new AbortController();
    const listeners = new Set<() => void>();
    const throttle = new Throttle(SNAPSHOT_MS, () => {
      for (const listener of [...listeners, ...this.listeners]) listener();
    });
    const job: Job = {
      state,
      controller,
      startedAt: performance.now(),
      listeners,
      throttle,
      finished: Promise.resolve(),
    };
    this.jobs.set(jobId, job);
    this.forgetOldest();
    throttle.callNow();
    job.finished = this.run(job, work);
    return jobId;
  }

  /** The last state at once, then each change; ends with the job. */
  async *watch(jobId: string, signal: AbortSignal | undefined): AsyncGenerator<JobState, void, void> {
    const job = this.get(jobId);
    const snapshots = streamSnapshots(
      { read: () => job.state, onChange: (listener) => subscribe(job.listeners, listener) },
      signal,
    );
    for await (const state of snapshots) {
      yield state;
      if (state.status !== 'running') return;
    }
  }

  watchAll(signal: AbortSignal | undefined): AsyncGenerator<JobState[], void, void> {
    return streamSnapshots(
      { read: () => this.list(), onChange: (listener) => subscribe(this.listeners, listener) },
      signal,
    );
  }

  /** Newest first. */
  list(): JobState[] {
    return [...this.jobs.values()].map((job) => job.state).reverse();
  }

  /** Resolves when the job has stopped and cleaned up. A job that has ended stays as it is. */
  async cancel(jobId: string): Promise<void> {
    const job = this.get(jobId);
    job.controller.abort();
    await job.finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.jobs.keys()].map((jobId) => this.cancel(jobId)));
  }

  private get(jobId: string): Job {
    const job = this.jobs.get(jobId);
    if (job !== undefined) return job;
    throw new ExpectedError('ENGINE_RESTARTED', 'This job is not known: the engine has restarted since.', {
      action: 'Start it again.',
    });
  }

  private async run(job: Job, work: JobWork): Promise<void> {
    try {
      const result = await work.run(job.controller.signal, (progress) => this.report(job, progress));
      job.state = { ...job.state, status: 'done', phase: 'Done', result };
    } catch (error) {
      job.state = { ...job.state, ...this.endedBy(error, job) };
    }
    job.throttle.callNow();
  }

  private report(job: Job, progress: JobProgress): void {
    const seconds = (performance.now() - job.startedAt) / 1_000;
    const done = Math.max(job.state.done, progress.done);
    const rate = seconds > 0.5 ? done / seconds : null;
    job.state = {
      ...job.state,
      phase: progress.phase,
      done,
      total: progress.total,
      unit: progress.unit,
      rate,
    };
    job.throttle.call();
  }

  private endedBy(error: unknown, job: Job): Pick<JobState, 'status' | 'failure'> {
    if (error instanceof ExpectedError) {
      const status = error.code === 'CANCELLED' ? 'cancelled' : 'failed';
      return { status, failure: toFailure(error) };
    }
    const id = job.state.jobId;
    this.log({ event: 'bug', id, job: job.state.kind, message: messageOf(error), stack: stackOf(error) });
    const failure: Failure = {
      code: 'UNEXPECTED',
      message: `${job.state.title} ended by an unexpected failure: ${messageOf(error)}`,
      data: { id, action: 'Start it again; if that does not help, report it with this id and the log.' },
    };
    return { status: 'failed', failure };
  }

  private forgetOldest(): void {
    for (const [jobId, job] of this.jobs) {
      if (this.jobs.size <= REMEMBERED) return;
      if (job.state.status !== 'running') this.jobs.delete(jobId);
    }
  }
}

function subscribe(listeners: Set<() => void>, listener: () => void): Disposable {
  listeners.add(listener);
  return { [Symbol.dispose]: () => void listeners.delete(listener) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
