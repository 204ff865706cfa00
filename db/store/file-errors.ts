import { statSync } from 'node:fs';
import { ExpectedError } from '../model';

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Operating-system errors on the store's own directory, as the error table says them. What is not expected flies. */
export function translateFileError(error: unknown, path: string): unknown {
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new ExpectedError(
        'DISK_FULL',
        `The disk that holds ${path} is full.`,
        { path, action: 'Free some space, then start the store again.' },
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return new ExpectedError(
        'STORE_UNAVAILABLE',
        `The store directory ${path} cannot be written.`,
        { path, action: 'Choose a directory that can be written, or change its permissions.' },
        { cause: error },
      );
    default:
      return error;
  }
}

/** A file's size; null where there is none. */
export function fileBytes(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}
