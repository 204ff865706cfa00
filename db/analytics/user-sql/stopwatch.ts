/** A limit on the sum of several spells of work: aborts its signal when they have taken longer together. */
export class Stopwatch {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private startedAt = 0;

  constructor(private remainingMs: number) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  start(): void {
    this.startedAt = performance.now();
    this.timer = setTimeout(() => this.controller.abort(), this.remainingMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.remainingMs = Math.max(0, this.remainingMs - (performance.now() - this.startedAt));
  }
}
