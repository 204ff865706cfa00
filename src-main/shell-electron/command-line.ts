import type { SourceSpec } from '../contract';
import { specOfArgument } from '../core/app';

/** What the words of the command line name; switches are Chromium's or ours, never files. */
export function specsOf(words: readonly string[], folder: string): SourceSpec[] {
  return words
    .filter((word) => word !== '' && !word.startsWith('-'))
    .map((word) => specOfArgument(word, folder));
}
