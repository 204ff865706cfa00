import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where everything that Stepscope keeps lies. One folder, readable by its owner only. */
export interface DataFolder {
  readonly root: string;
  readonly settings: string;
  readonly recent: string;
  readonly workspace: string;
  /** What the user said of files of unknown schemas. */
  readonly mappings: string;
  /** The live store. */
  readonly store: string;
  /** Mirrors of opened sources; may be deleted at any time. */
  readonly cache: string;
  readonly logs: string;
  /** Reports of migrations into stores. */
  readonly migrations: string;
}

export function dataFolderAt(root: string): DataFolder {
  return {
    root,
    settings: join(root, 'settings.json'),
    recent: join(root, 'recent.json'),
    workspace: join(root, 'workspace.json'),
    mappings: join(root, 'mappings.json'),
    store: join(root, 'store'),
    cache: join(root, 'cache'),
    logs: join(root, 'logs'),
    migrations: join(root, 'migrations'),
  };
}

export function makeDataFolder(root: string): DataFolder {
  const folder = dataFolderAt(root);
  for (const path of [folder.root, folder.cache, folder.logs])
    mkdirSync(path, { recursive: true, mode: 0o700 });
  return folder;
}
