/** Runs `act` at most once every `everyMs`: at once when it rested long enough, else at the end of the interval. The last request always counts. */
export class Throttle {
  private timer: NodeJS.Timeout | undefined;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly everyMs: number,
    private readonly act: () => void,
  ) {}

  request(): void {
    if (this.timer !== undefined) return;
    const wait = this.lastAt + this.everyMs - performance.now();
    if (wait <= 0) this.now();
    else this.timer = setTimeout(() => this.now(), wait);
  }

  /** Without waiting, e.g. for the last state. */
  now(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.lastAt = performance.now();
    this.act();
  }
}
