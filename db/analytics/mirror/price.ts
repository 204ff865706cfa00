import { z } from 'zod';
import { type Connection, statement } from '../../duckdb';
import { countsCachedApart, priceOf } from '../../model';
import priceCallsSql from './sql/price-calls.sql?raw';
import unpricedModelsSql from './sql/unpriced-models.sql?raw';

const modelRow = z.object({ model: z.string(), provider: z.string().nullable() });
const unpricedModels = statement({
  name: 'mirror.unpriced-models',
  sql: unpricedModelsSql,
  params: z.object({ first: z.bigint() }),
  row: modelRow,
});
const unpricedOf = (events: string) =>
  statement({
    name: 'mirror.unpriced-of',
    sql: `SELECT DISTINCT model, provider FROM (${events}) WHERE cost_basis = 'unpriced' AND model IS NOT NULL`,
    params: z.object({}),
    row: modelRow,
  });

/** Whether calls among these rows (a SELECT) say no cost and have one in the price table. */
export async function hasPrices(
  connection: Connection,
  events: string,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await connection.run(unpricedOf(events), {}, { signal });
  return found.some(({ model, provider }) => priceOf(model, provider) !== undefined);
}

/** Gives the calls from this row on, where their recorder said no cost, one from the price table; unknown models stay unpriced. */
export async function priceCalls(connection: Connection, first: bigint, signal: AbortSignal): Promise<void> {
  for (const { model, provider } of await connection.run(unpricedModels, { first }, { signal })) {
    const price = priceOf(model, provider);
    if (price === undefined) continue;
    const values = {
      first,
      model,
      provider,
      is_apart: countsCachedApart(model, provider),
      input: price.input,
      output: price.output,
      cache_read: price.cacheRead ?? price.input,
      cache_write: price.cacheWrite ?? price.input,
    };
    await connection.execute(priceCallsSql, values, { signal });
  }
}
