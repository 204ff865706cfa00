import { type Source, stageName } from '../../src-main/contract';

const [, ...stages] = stageName.options;

/** How much of a source is read: its stages in turn, each by its rows; rows alone would be all of it at the end of each stage. Null: not known. */
export function readFraction(progress: Source['progress']): number | null {
  if (progress === null || !progress.total) return null;
  const before = stages.findIndex((stage) => stage === progress.stage);
  return (Math.max(0, before) + Math.min(1, progress.done / progress.total)) / stages.length;
}
