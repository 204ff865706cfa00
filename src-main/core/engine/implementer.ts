import { randomUUID } from 'node:crypto';
import { implement, ORPCError } from '@orpc/server';
import { type ErrorCode, ExpectedError, errorTable } from '../../../db/model';
import { dataContract } from '../../contract';
import type { LogFunction } from './context';

/** The contract's implementer, with the one place where failures become the contract's errors. */
export function createImplementer(log: LogFunction) {
  return implement(dataContract).use(async ({ next, path }) => {
    try {
      return await next();
    } catch (error) {
      throw toContractError(error, path.join('.'), log);
    }
  });
}
export type Implementer = ReturnType<typeof createImplementer>;

/** Expected → its typed error; bad arguments and typed errors pass; a bug gets an id that is also in the log. */
export function toContractError(error: unknown, procedure: string, log: LogFunction): unknown {
  if (error instanceof ExpectedError) {
    const code: ErrorCode = error.code;
    const { status } = errorTable[code];
    return new ORPCError(code, { status, message: error.message, data: error.data, cause: error });
  }
  if (error instanceof ORPCError) return error;
  const id = randomUUID();
  log({
    event: 'bug',
    id,
    procedure,
    message: error instanceof Error ? error.message : String(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    message: `Internal error ${id}`,
    data: { id },
    cause: error,
  });
}

/** The same for a stream, which fails after the procedure has returned. */
export async function* streamErrors<T>(
  stream: AsyncIterable<T>,
  procedure: string,
  log: LogFunction,
): AsyncGenerator<T, void, void> {
  try {
    yield* stream;
  } catch (error) {
    throw toContractError(error, procedure, log);
  }
}
