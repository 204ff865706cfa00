import type { SessionTracer } from '../session-tracer';
import type { Course, DemoModel } from './models';
import type { Random } from './random';

/** In the metadata of each session: what is invented says so, and can be taken away again. */
export const demoMark = { demo: true } as const;

/** What one demo session is made with. */
export interface SessionPlan {
  readonly tracer: SessionTracer;
  readonly random: Random;
  readonly id: string;
  readonly experimentId: string | undefined;
  readonly model: DemoModel;
  readonly course: Course;
  /** How far the experiment has got, 0 to 1. */
  readonly progress: number;
  readonly startAt: Date;
  /** Still at work when the demo was written. */
  readonly isRunning: boolean;
  /** Ends with this error. */
  readonly error: string | undefined;
}

/** A clock that only goes forward. */
export class DemoClock {
  private atMs: number;

  constructor(start: Date) {
    this.atMs = start.getTime();
  }

  now(): Date {
    return new Date(this.atMs);
  }

  pass(ms: number): Date {
    this.atMs += Math.round(ms);
    return this.now();
  }
}

export const providerErrors = [
  'Request timed out after 60.0 s (504 Gateway Timeout from the provider)',
  'RateLimitError: 429 Too Many Requests, retry after 22 s',
  'Connection reset by peer while the response was streaming',
  'OverloadedError: 529 the model is temporarily overloaded',
] as const;
