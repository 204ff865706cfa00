import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where everything that Stepscope keeps lies. One folder, readable by its owner only. */
export interface DataFolder {
  readonly root: string;
  readonly settings: string;
  readonly recent: string;
  readonly workspace: string;
  /** The live store. */
  readonly store: string;
  /** Mirrors of opened sources; may be deleted at any time. */
  readonly cache: string;
  readonly logs: string;
}

/** `STEPSCOPE_HOME`, else the platform's place for an application's data. */
export function dataRoot(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (environment.STEPSCOPE_HOME) return resolve(environment.STEPSCOPE_HOME);
  if (platform === 'darwin') return join(homedir(), 'Library/Application Support/Stepscope');
  if (platform === 'win32')
    return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData/Local'), 'Stepscope');
  return join(environment.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'stepscope');
}

export function dataFolderAt(root: string): DataFolder {
  return {
    root,
    settings: join(root, 'settings.json'),
    recent: join(root, 'recent.json'),
    workspace: join(root, 'workspace.json'),
    store: join(root, 'store'),
    cache: join(root, 'cache'),
    logs: join(root, 'logs'),
  };
}

export function makeDataFolder(root: string): DataFolder {
  const folder = dataFolderAt(root);
  for (const path of [folder.root, folder.cache, folder.logs])
    mkdirSync(path, { recursive: true, mode: 0o700 });
  return folder;
}
