import { type Settings, type SettingsPatch, settings } from '../../contract';
import { openJsonFile } from './json-file';
import type { Log } from './log';

/** The user's preferences, in `settings.json`. */
export interface Preferences {
  readonly current: Settings;
  change(patch: SettingsPatch): Settings;
}

export function openPreferences(path: string, log: Log): Preferences {
  const file = openJsonFile(path, settings, log);
  return {
    get current() {
      return file.value;
    },
    change: (patch) => {
      // A key that is there but undefined means "no change", as an absent one.
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      file.write(settings.parse({ ...file.value, ...given }));
      return file.value;
    },
  };
}
