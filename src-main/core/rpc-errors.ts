import { ORPCError } from '@orpc/server';
import { type ErrorCode, ExpectedError, errorTable } from '../../db/model';

/** An expected failure as the contract's typed error; whatever else was thrown is a bug and stays what it is. */
export function toRpcError(error: unknown): unknown {
  if (!(error instanceof ExpectedError)) return error;
  const { message, data } = error;
  const code: ErrorCode = error.code;
  return new ORPCError(code, { defined: true, status: errorTable[code].status, message, data, cause: error });
}

/** For `implement(contract).use(translateErrors)`: no procedure has to think of it. */
export async function translateErrors<T>({ next }: { next: () => T }): Promise<Awaited<T>> {
  try {
    return await next();
  } catch (error) {
    throw toRpcError(error);
  }
}
