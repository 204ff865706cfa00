import { ORPCError } from '@orpc/server';
import { CommanderError } from 'commander';
import { ExpectedError, type Failure } from '../../db/model';
import { EXIT_BUG, EXIT_OK, EXIT_TERMINATED, EXIT_USAGE, exitCodes } from './exit-codes';

/** The command line was understood by the parser, and still cannot be done as it is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Whoever read our output has gone (`| head`). */
export class BrokenPipe extends Error {
  override readonly name = 'BrokenPipe';
}

export interface Ending {
  readonly exitCode: number;
  /** One line for stderr; null: nothing is to be said. */
  readonly line: string | null;
}

/** What a command's end means to the caller: `CODE: sentence`, and the exit code of its class. */
export function endingOf(error: unknown, stoppedBy: NodeJS.Signals | null): Ending {
  if (error instanceof BrokenPipe) return { exitCode: EXIT_OK, line: null };
  if (stoppedBy !== null) {
    return {
      exitCode: stoppedBy === 'SIGTERM' ? EXIT_TERMINATED : exitCodes.CANCELLED,
      line: 'CANCELLED: Cancelled.',
    };
  }
  // The parser has printed help, the version or its own line.
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? EXIT_OK : EXIT_USAGE, line: null };
  if (error instanceof UsageError) return { exitCode: EXIT_USAGE, line: oneLine(`USAGE: ${error.message}`) };
  const failure = failureOf(error);
  if (failure !== undefined) {
    const exitCode = failure.code === 'UNEXPECTED' ? EXIT_BUG : exitCodes[failure.code];
    return { exitCode, line: lineOf(failure) };
  }
  const what = error instanceof Error ? error.message : String(error);
  return { exitCode: EXIT_BUG, line: oneLine(`BUG: ${what}`) };
}

export function lineOf({ code, message, data }: Failure): string {
  const sentence = /[.?!]$/.test(message) ? message : `${message}.`;
  const action = typeof data.action === 'string' ? ` ${data.action}` : '';
  return oneLine(`${code}: ${sentence}${extentOf(data)}${action}`);
}

/** Of something damaged: what can be read of it, and what is lost. */
function extentOf({ readable, lost }: Failure['data']): string {
  return typeof readable === 'string' && typeof lost === 'string'
    ? ` Can be read: ${readable}. Lost: ${lost}.`
    : '';
}

/** Thrown by us, or by a procedure of the router, which has made it the contract's error. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof ExpectedError)
    return { code: error.code, message: error.message, data: { ...error.data } };
  if (error instanceof ORPCError && error.cause instanceof ExpectedError) return failureOf(error.cause);
  return undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
}
