import type { DocumentRows } from '../documents';
import { jsonOrNull, type Names, type Ordinals } from '../recorded-chat';

/** One results file: a run of the benchmark. */
export interface RunPlace {
  readonly run: string;
  readonly rows: DocumentRows;
  readonly ordinals: Ordinals;
  readonly names: Names;
  configuration?: unknown;
}

/** tau-bench names its files by the run: `tool-calling-gpt-4o-0.0_range_0--1_user-gpt-4o-llm_0514…`. */
const RUN_NAME =
  /^(tool-calling|act|react|few-shot)-(.+)-(\d+(?:\.\d+)?)_range_.*?_user-(.+?)-(?:llm|react|verify|reflection|human)/;

/** The agent's model, where the file's name says it; the file itself never does. */
export function modelOfRun(run: string): string | null {
  return RUN_NAME.exec(run)?.[2] ?? null;
}

export function userModelOfRun(run: string): string | null {
  return RUN_NAME.exec(run)?.[4] ?? null;
}

export function addRun({ run, rows, configuration }: RunPlace): void {
  rows.add('experiments', {
    experiment_id: run,
    name: run,
    description: null,
    status: null,
    created_at: null,
    configuration: jsonOrNull(configuration),
    error: null,
    metadata: null,
  });
}
