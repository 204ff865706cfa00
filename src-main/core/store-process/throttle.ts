/** Calls at most once in an interval, the first at once and the last always; without calls it has no timer. */
export class Throttle implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private isPending = false;

  constructor(
    private readonly intervalMs: number,
    private readonly run: () => void,
  ) {}

  call(): void {
    if (this.timer !== undefined) {
      this.isPending = true;
      return;
    }
    this.isPending = false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.isPending) this.call();
    }, this.intervalMs);
    this.run();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isPending = false;
  }
}
