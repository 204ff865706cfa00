import type { SettingsPatch } from '../../src-main/contract';
import { shellClient } from './connect';
import { live } from './live';
import { notify } from './overlays';

/** Shown at once, kept by main. */
export function changeSettings(patch: SettingsPatch): void {
  live.settings.set({ ...live.settings.get(), ...withoutUndefined(patch) });
  shellClient
    .changeSettings(patch)
    .then(live.settings.set, (error: unknown) => notify({ title: 'The setting was not kept', error }));
}

function withoutUndefined<T extends object>(patch: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(patch).filter(([, value]) => value !== undefined);
  // Object.fromEntries forgets the keys that its entries were made of.
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
