import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';
import type { SourceSpec, SourceWarning } from '../../sources';
import type { OpenResult, Workspace, WorkspaceOptions, WorkspaceState } from './types';

/** Starts DuckDB with nothing open. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${options.memoryLimitMb ?? 400}MB`,
  });
  return new OpenedWorkspace(instance);
}

class OpenedWorkspace implements Workspace {
  constructor(private readonly instance: DuckDBInstance) {}

  async open(_specs: readonly SourceSpec[], _signal: AbortSignal): Promise<OpenResult[]> {
    return [];
  }
  async close(_sourceId: string): Promise<void> {}
  async refresh(_sourceId: string): Promise<void> {}
  committed(): void {}
  state(): WorkspaceState {
    return { sources: [], revision: 0 };
  }
  specs(): SourceSpec[] {
    return [];
  }
  onChange(_listener: () => void): Disposable {
    return { [Symbol.dispose]() {} };
  }
  warnings(): { rows: SourceWarning[]; total: number } {
    return { rows: [], total: 0 };
  }
  async settled(_signal: AbortSignal): Promise<void> {}
  async connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.instance.closeSync();
  }
}
