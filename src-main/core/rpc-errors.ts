import { randomUUID } from 'node:crypto';
import { ORPCError } from '@orpc/server';
import { type ErrorCode, ExpectedError, errorTable } from '../../db/model';

type LogEvent = Readonly<Record<string, string | undefined>>;

/** Expected → its typed error; bad arguments and typed errors pass; a bug gets an id that is also in the log. */
export function toContractError(error: unknown, procedure: string, log: (event: LogEvent) => void): unknown {
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
