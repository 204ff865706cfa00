import { z } from 'zod';
import { type SourceSpec, sourceSpec } from '../../contract';
import { openJsonFile } from './json-file';
import type { Log } from './log';
import { withoutToken } from './source-specs';

const workspaceFile = z.object({ specs: z.array(sourceSpec).default([{ kind: 'live' }]) });

/** What is open, told by the engine: opened again after a crash and at the next start. Tokens stay in memory, the file never has one. */
export interface WorkspaceMemory {
  readonly specs: readonly SourceSpec[];
  /** No earlier run has written anything here. */
  readonly isFirstStart: boolean;
  remember(specs: readonly SourceSpec[]): void;
}

export function openWorkspaceMemory(path: string, log: Log): WorkspaceMemory {
  const file = openJsonFile(path, workspaceFile, log);
  let specs: readonly SourceSpec[] = file.value.specs;
  return {
    isFirstStart: !file.existed,
    get specs() {
      return specs;
    },
    remember: (next) => {
      specs = next;
      file.write({ specs: next.map(withoutToken) });
    },
  };
}
