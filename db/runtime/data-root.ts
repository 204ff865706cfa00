import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of everything that Stepscope keeps: `STEPSCOPE_HOME`, else the platform's place for an application's data. */
export function dataRoot(environment: Environment = process.env, platform = process.platform): string {
  if (environment.STEPSCOPE_HOME) return resolve(environment.STEPSCOPE_HOME);
  if (platform === 'darwin') return join(homedir(), 'Library/Application Support/Stepscope');
  if (platform === 'win32')
    return join(environment.LOCALAPPDATA || join(homedir(), 'AppData/Local'), 'Stepscope');
  return join(environment.XDG_DATA_HOME || join(homedir(), '.local/share'), 'stepscope');
}
