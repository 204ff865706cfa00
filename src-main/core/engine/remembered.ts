/** Answers of the heavier charts, kept while the data they were made of has not changed. */
const KEPT_ANSWERS = 64;

export class RememberedAnswers {
  private readonly answers = new Map<string, Promise<unknown>>();
  private revision = -1;

  /** The answer for this input, made once a revision. A failed or cancelled one is not kept. */
  async get<T>(revision: number, key: string, make: () => Promise<T>): Promise<T> {
    if (revision !== this.revision) {
      this.answers.clear();
      this.revision = revision;
    }
    const known = this.answers.get(key);
    // The key names procedure and input, so the answer has this type.
    if (known !== undefined) return (await known) as T;
    const answer = make();
    this.answers.set(key, answer);
    for (const oldest of this.answers.keys()) {
      if (this.answers.size <= KEPT_ANSWERS) break;
      this.answers.delete(oldest);
    }
    try {
      return await answer;
    } catch (error) {
      if (this.answers.get(key) === answer) this.answers.delete(key);
      throw error;
    }
  }
}
