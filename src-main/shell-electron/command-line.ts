import { z } from 'zod';
import { type SourceSpec, sourceSpec } from '../contract';
import { specOfArgument } from '../core/app';

/** What a second instance hands to the first: absolute, since the two may run in different folders. */
export const handedOver = z.object({ specs: z.array(sourceSpec) });

/** What the words of the command line name; switches are Chromium's or ours, never files. */
export function specsOf(words: readonly string[], folder: string): SourceSpec[] {
  return words
    .filter((word) => word !== '' && !word.startsWith('-'))
    .map((word) => specOfArgument(word, folder));
}
