/** What must be undone, last first: Node 20 has no AsyncDisposableStack. */
export class Endings implements AsyncDisposable {
  private steps: (() => unknown)[] = [];

  /** `step` may give a promise. */
  add(step: () => unknown): void {
    this.steps.push(step);
  }

  /** The steps now belong to the answer; disposing this one does nothing. */
  move(): Endings {
    const moved = new Endings();
    moved.steps = this.steps;
    this.steps = [];
    return moved;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) await step();
  }
}
