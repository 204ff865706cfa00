import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import type { SourceSpec } from '../contract';

/** What a second instance hands to the first: absolute, since the two may run in different folders. */
export const handedOver = z.object({ locations: z.array(z.string()) });

/** Paths and URLs among the words of the command line; switches are Chromium's or ours, never files. */
export function locationsOf(words: readonly string[], folder: string): string[] {
  return words
    .filter((word) => word !== '' && !word.startsWith('-'))
    .map((word) => (isRemote(word) || isAbsolute(word) ? word : resolve(folder, word)));
}

function isRemote(location: string): boolean {
  return /^(libsql|https?|wss?):\/\//.test(location);
}

export function specOf(location: string): SourceSpec {
  return isRemote(location) ? { kind: 'remote', url: location } : { kind: 'path', path: location };
}
