import { z } from 'zod';
import type { RowMaker } from '../duckdb';
import type { RowChunks } from '../row-chunks';

const row = z.object({ session_id: z.string(), first: z.union([z.bigint(), z.number()]) });
/** Room for the sessions that a table names, behind those of the tables before it. */
const NUMBERS = 2 ** 44;

/** Sessions of which nothing is known but their id. */
export class LackingSessions implements RowMaker {
  readonly warnings = [];

  /** `block`: their numbers stand behind those of the blocks before. */
  constructor(private readonly block: number) {}

  take(value: Readonly<Record<string, unknown>>, rows: RowChunks, mode: 'append' | 'upsert'): void {
    const { session_id, first } = row.parse(value);
    const session = {
      session_id,
      session_no: this.block * NUMBERS + Number(first),
      experiment_id: null,
      kind: 'session' as const,
      title: null,
      status: 'unknown' as const,
      created_at: null,
      started_at: null,
      ended_at: null,
      error: null,
      metadata: null,
    };
    rows.add('sessions', session, mode);
  }

  finish(): void {}
}
