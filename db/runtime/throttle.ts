/** Calls at most once an interval: the first at once, the last always; without calls it has no timer, and it keeps no process alive. */
export class Throttle implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private isWanted = false;

  constructor(
    private readonly intervalMs: number,
    private readonly work: () => void,
  ) {}

  call(): void {
    if (this.timer === undefined) this.callNow();
    else this.isWanted = true;
  }

  /** Does not wait for the interval: for what somebody is waiting to see. */
  callNow(): void {
    this[Symbol.dispose]();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.isWanted) this.callNow();
    }, this.intervalMs).unref();
    this.work();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isWanted = false;
  }
}
