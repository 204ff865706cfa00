import { ORPCError } from '@orpc/client';
import { type ErrorCode, errorCodes, type Failure } from '../../src-main/contract';

/** What a screen shows of a failure: an expected one by its code, anything else as a bug with what is known of it. */
export interface ShownFailure {
  readonly code: ErrorCode | 'UNEXPECTED';
  readonly message: string;
  readonly action: string | null;
  readonly path: string | null;
  /** Of something damaged: what can be read of it, and what is lost. */
  readonly extent: { readonly readable: string; readonly lost: string } | null;
  /** Everything, to copy. */
  readonly details: string;
}

export function shownFailure(error: unknown): ShownFailure {
  if (error instanceof ORPCError && isErrorCode(error.code)) {
    return fromParts(error.code, error.message, isRecord(error.data) ? error.data : {});
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? message) : message;
  return {
    code: 'UNEXPECTED',
    message: `An unexpected failure: ${message}`,
    action: 'Copy the details into a report, then repeat what was asked.',
    path: null,
    extent: null,
    details: stack,
  };
}

export function shownFailureOf(failure: Failure): ShownFailure {
  return fromParts(failure.code, failure.message, failure.data);
}

function fromParts(code: ShownFailure['code'], message: string, data: Record<string, unknown>): ShownFailure {
  return {
    code,
    message,
    action: typeof data.action === 'string' ? data.action : null,
    path: typeof data.path === 'string' ? data.path : null,
    extent: extentOf(data),
    details: JSON.stringify({ code, message, ...data }, null, 2),
  };
}

const longestExtent = 600;

function extentOf({ readable, lost }: Record<string, unknown>): ShownFailure['extent'] {
  if (typeof readable !== 'string' || typeof lost !== 'string') return null;
  return { readable: shortened(readable), lost: shortened(lost) };
}

/** A list of a hundred columns is for the details. */
function shortened(text: string): string {
  return text.length > longestExtent ? `${text.slice(0, longestExtent)}…` : text;
}

export function isFailureCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof ORPCError && error.code === code;
}

function isErrorCode(code: string): code is ErrorCode {
  return errorCodes.some((one) => one === code);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
