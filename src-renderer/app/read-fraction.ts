import { type Source, stageName } from '../../src-main/contract';
import { formatBytes } from '../ui';

const [, ...stages] = stageName.options;

/**
 * How much of a source is read: by the bytes of its files, else its stages in turn, each by its rows, as rows alone would be all of it at the
 * end of each stage. Null: not known.
 */
export function readFraction(progress: Source['progress']): number | null {
  if (progress === null) return null;
  if (progress.bytes !== null && progress.bytes.done > 0)
    return Math.min(1, progress.bytes.done / progress.bytes.total);
  if (!progress.total) return null;
  const before = stages.findIndex((stage) => stage === progress.stage);
  return (Math.max(0, before) + Math.min(1, progress.done / progress.total)) / stages.length;
}

/** `312 MB of 1.02 GB`; null where bytes are not counted, as in a file that is taken as a whole. */
export function readSoFar(progress: Source['progress']): string | null {
  if (progress === null || progress.bytes === null || progress.bytes.done === 0) return null;
  return `${formatBytes(progress.bytes.done)} of ${formatBytes(progress.bytes.total)}`;
}
