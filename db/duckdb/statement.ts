import { z } from 'zod';

/** A value that can be bound. Lists are of one kind; an empty list binds as a list of text. */
export type Scalar = string | number | bigint | boolean | null;
export type Bindable = Scalar | readonly string[] | readonly bigint[] | readonly number[];
export type Bindings = Readonly<Record<string, Bindable>>;

/** One SQL statement with its borders: what may be bound (`$name` in the SQL), and the row that comes out, checked and converted. */
export interface Statement<P extends z.ZodType<Bindings>, R extends z.ZodType> {
  readonly name: string;
  readonly sql: string;
  readonly params: P;
  readonly row: R;
}

export type AnyStatement = Statement<z.ZodType<Bindings>, z.ZodType>;

export function statement<P extends z.ZodType<Bindings>, R extends z.ZodType>(
  definition: Statement<P, R>,
): Statement<P, R> {
  return definition;
}

/** An integer column that is known to stay below 2^53 (a count, a bucket). BIGINT and HUGEINT arrive as bigint. */
export const integer = z.union([z.number().int(), z.bigint().transform(Number)]);
/** A DOUBLE or integer figure as a number. */
export const figure = z.union([z.number(), z.bigint().transform(Number)]);
/** The same, where NULL is possible: unknown stays null, and so do NaN and infinities, which JSON cannot carry. */
export const figureOrNull = z
  .union([z.number(), z.bigint().transform(Number), z.nan(), z.literal([Infinity, -Infinity]), z.null()])
  .transform((value) => (value === null || !Number.isFinite(value) ? null : value));
/** A 64-bit key as the contract carries it. */
export const keyText = z.bigint().transform(String);
