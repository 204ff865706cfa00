/** Which answers of one session another file counts. */
export class CallCopies {
  count = 0;
  /** The marks of its first and last call, by which copies of the session are told. */
  first: readonly string[] = [];
  last: readonly string[] = [];
  private lastKey: string | null = null;

  constructor(private readonly countedElsewhere: (marks: readonly string[]) => string | undefined) {}

  /** The file that counts the answer; undefined: this one. Several lines may tell one answer. */
  countedIn(key: string, marks: readonly string[]): string | undefined {
    if (marks.length === 0) return undefined;
    if (this.first.length === 0) this.first = marks;
    this.last = marks;
    const isNew = this.lastKey !== key;
    this.lastKey = key;
    const elsewhere = this.countedElsewhere(marks);
    if (elsewhere !== undefined && isNew) this.count += 1;
    return elsewhere;
  }
}
