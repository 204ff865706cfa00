/** Messages in order, one taker. */
export class Inbox<T> {
  private readonly messages: T[] = [];
  private wake: () => void = () => undefined;

  put(message: T): void {
    this.messages.push(message);
    this.wake();
  }

  async take(): Promise<T> {
    for (;;) {
      const next = this.messages.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
