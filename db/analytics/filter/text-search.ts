import type { ConnectionPool } from '../../duckdb';
import { ExpectedError } from '../../model';
import { prepareScratch } from './scratch';
import searchSql from './text-search.sql?raw';
import forgetSql from './text-search-forget.sql?raw';

/** A search over every message may take this long; then the user is asked for a narrower one. */
const LONGEST_MS = 10_000;
const KEPT_SEARCHES = 16;

/** Searches over message contents: each text is searched once for each revision of the data, however many lists ask for it. */
export class TextSearches {
  private readonly searches = new Map<string, { readonly id: string; readonly done: Promise<void> }>();
  private next = 0;

  constructor(private readonly pool: ConnectionPool) {}

  /** The id under which the sessions that hold this text can be found. */
  async find(text: string, revision: number): Promise<string> {
    const key = `${revision}\u001f${text}`;
    const search = this.searches.get(key) ?? this.start(key, text);
    // The most recently used is the last.
    this.searches.delete(key);
    this.searches.set(key, search);
    await search.done;
    return search.id;
  }

  private start(key: string, text: string): { id: string; done: Promise<void> } {
    this.next += 1;
    const id = String(this.next);
    const done = this.run(id, text).catch((error: unknown) => {
      this.searches.delete(key);
      throw error;
    });
    return { id, done };
  }

  private async run(id: string, text: string): Promise<void> {
    await prepareScratch(this.pool);
    await this.forgetOldest();
    const signal = AbortSignal.timeout(LONGEST_MS);
    try {
      await this.pool.execute(searchSql, { search_id: id, text }, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new ExpectedError(
        'QUERY_INVALID',
        `The search for "${text}" took longer than ${LONGEST_MS / 1_000} s.`,
        { action: 'Narrow it: name a source, a model or a date beside the text.' },
        { cause: error },
      );
    }
  }

  private async forgetOldest(): Promise<void> {
    for (const [key, old] of this.searches) {
      if (this.searches.size <= KEPT_SEARCHES) return;
      this.searches.delete(key);
      await this.pool.execute(forgetSql, { search_id: old.id });
    }
  }
}
