import { ExpectedError } from '../model';
import type { TargetSpec } from './target/open-target';

export interface MigrationRequest {
  /** A tracing v2 DuckDB file, or the folder of its Parquet export. */
  readonly source: string;
  readonly target: TargetSpec;
  /** What the writer's naive times are in. Default: UTC. */
  readonly zone?: string | undefined;
  /** Where reports about a store are kept; those about a file lie beside it. */
  readonly reportFolder: string;
  /** How long a program that holds a file is waited for. Default: ten seconds. */
  readonly lockLimitMs?: number | undefined;
  /** Compares every row of a migration that was done before, too. */
  readonly verify?: boolean | undefined;
}

export interface MigrationProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: 'rows';
}

export interface MigrationOptions {
  readonly signal: AbortSignal;
  readonly report: (progress: MigrationProgress) => void;
}

/** Between batches: what was asked to stop stops with a code. */
export function stopIfAsked(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new ExpectedError('CANCELLED', 'The migration was cancelled.', {
    action: 'Start it again when it is wanted.',
  });
}
