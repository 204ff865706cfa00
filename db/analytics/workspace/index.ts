/** The *workspace*: the sources that are open, their mirrors, and the views that unite them on one DuckDB instance. */
export type {
  LiveStore,
  OpenResult,
  OpenSource,
  SourceState,
  StageProgress,
  Workspace,
  WorkspaceOptions,
  WorkspaceState,
} from './types';
export { openWorkspace } from './workspace';
