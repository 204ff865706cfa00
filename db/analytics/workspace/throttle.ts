/** Calls at once, then at most once an interval, and always once more after the last request. */
export class Throttle implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private isWanted = false;

  constructor(
    private readonly intervalMs: number,
    private readonly work: () => void,
  ) {}

  call(): void {
    if (this.timer !== undefined) {
      this.isWanted = true;
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (!this.isWanted) return;
      this.isWanted = false;
      this.call();
    }, this.intervalMs).unref();
    this.work();
  }

  /** Does not wait for the interval: for what somebody is waiting to see. */
  callNow(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.call();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.timer);
  }
}
