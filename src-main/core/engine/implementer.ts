import { implement } from '@orpc/server';
import { dataContract } from '../../contract';
import { toContractError } from '../rpc-errors';
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
