import { transcriptItems } from '../../../db/analytics/queries';
import type { ConnectionPool } from '../../../db/duckdb';
import type { SessionPlace } from './place';
import { ItemColumns } from './transcript-columns';
import { TranscriptOrder } from './transcript-order';

/** Two sessions are compared side by side; others are put in order anew. */
const KEPT_ORDERS = 2;

/** The order of the sessions last looked at: the pages of one, and what is found in it, need it made only once a revision. */
export class TranscriptOrders {
  private readonly orders = new Map<string, Promise<TranscriptOrder>>();

  constructor(private readonly pool: ConnectionPool) {}

  /** No signal: what one page gives up another may be waiting for. */
  get(place: SessionPlace, revision: number): Promise<TranscriptOrder> {
    const key = `${revision}\u001f${place.source_id}\u001f${place.session_no}`;
    const order = this.orders.get(key) ?? this.make(key, place);
    // The most recently used is the last.
    this.orders.delete(key);
    this.orders.set(key, order);
    for (const old of this.orders.keys()) if (this.orders.size > KEPT_ORDERS) this.orders.delete(old);
    return order;
  }

  private async make(key: string, place: SessionPlace): Promise<TranscriptOrder> {
    try {
      return await readOrder(this.pool, place);
    } catch (error) {
      this.orders.delete(key);
      throw error;
    }
  }
}

export async function readOrder(pool: ConnectionPool, place: SessionPlace): Promise<TranscriptOrder> {
  await using connection = await pool.acquire();
  const items = new ItemColumns();
  for await (const rows of connection.batches(transcriptItems, { ...place }))
    for (const row of rows) items.add(row);
  return new TranscriptOrder(items);
}
