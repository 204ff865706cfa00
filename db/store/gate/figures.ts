const WINDOW_S = 10;
const KEPT_WAITS = 1_000;

/** What the gate has done lately. Nothing runs by itself: figures are made when somebody looks. */
export class GateFigures {
  commits = 0;
  rows = 0;
  private readonly seconds = new Map<number, { commits: number; rows: number }>();
  private readonly lastWrite = new Map<string, number>();
  private readonly waits: number[] = [];
  private nextWait = 0;

  constructor(private readonly now: () => number = Date.now) {}

  addCommits(commits: number, rows: number): void {
    this.commits += commits;
    this.rows += rows;
    const second = Math.floor(this.now() / 1_000);
    const bucket = this.seconds.get(second) ?? { commits: 0, rows: 0 };
    bucket.commits += commits;
    bucket.rows += rows;
    this.seconds.set(second, bucket);
    this.forget();
  }

  addWrite(client: string, waitedMs: number): void {
    this.lastWrite.set(client, this.now());
    this.waits[this.nextWait++ % KEPT_WAITS] = waitedMs;
  }

  /** The last ten seconds; zero everywhere when nobody wrote. */
  recent(): { writers: number; commitsPerSecond: number; rowsPerSecond: number } {
    this.forget();
    let commits = 0;
    let rows = 0;
    for (const bucket of this.seconds.values()) {
      commits += bucket.commits;
      rows += bucket.rows;
    }
    const seconds = Math.max(1, Math.min(WINDOW_S, this.span()));
    return {
      writers: this.lastWrite.size,
      commitsPerSecond: commits / seconds,
      rowsPerSecond: rows / seconds,
    };
  }

  /** How long the last thousand writes waited for their turn. */
  waitTimes(): { p50Ms: number; p99Ms: number } {
    const sorted = [...this.waits].sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
    return { p50Ms: at(0.5), p99Ms: at(0.99) };
  }

  /** Seconds since the first commit in the window. */
  private span(): number {
    const first = this.seconds.keys().next().value;
    return first === undefined ? WINDOW_S : Math.floor(this.now() / 1_000) - first + 1;
  }

  private forget(): void {
    const now = this.now();
    const oldest = Math.floor(now / 1_000) - WINDOW_S;
    for (const second of this.seconds.keys()) if (second <= oldest) this.seconds.delete(second);
    for (const [client, at] of this.lastWrite) if (at < now - WINDOW_S * 1_000) this.lastWrite.delete(client);
  }
}
