import { z } from 'zod';
import { figureOrNull, integer } from '../../duckdb';

/** The columns of a sum of dollars, by basis: the same names wherever costs are summed. */
export const costColumns = {
  cost_usd: figureOrNull,
  cost_reported_usd: figureOrNull,
  cost_rounded_usd: figureOrNull,
  cost_priced_usd: figureOrNull,
  calls_reported: integer.nullable(),
  calls_rounded: integer.nullable(),
  calls_rounded_zero: integer.nullable(),
  calls_priced: integer.nullable(),
  calls_unpriced: integer.nullable(),
};
export const costRow = z.object(costColumns);
export type CostRow = z.infer<typeof costRow>;
