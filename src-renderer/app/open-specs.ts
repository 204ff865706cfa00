import type { SourceSpec } from '../../src-main/contract';
import { dataClient, shell, shellClient } from './connect';
import { live } from './live';
import { notify, openOverlay } from './overlays';
import { queryClient } from './query-client';

/** Opens sources; each failure is told on its own and keeps the others. True when one was opened. */
export async function openSpecs(specs: readonly SourceSpec[]): Promise<boolean> {
  try {
    const results = await dataClient.sources.open({ specs: [...specs] });
    const opened = specs.filter((_, nth) => results[nth]?.failure === null);
    for (const { location, failure } of results) {
      if (failure !== null) notify({ title: `Not opened: ${location}`, failure });
    }
    if (opened.length > 0) {
      await shellClient.rememberRecent({ specs: opened });
      await queryClient.invalidateQueries({ queryKey: shell.recent.key() });
    }
    return opened.length > 0;
  } catch (error) {
    notify({ title: 'Nothing was opened', error });
    return false;
  }
}

/** Asks for a path, with the system's dialog or in the page. Null: cancelled. */
export async function pickPaths(want: 'file' | 'folder'): Promise<readonly string[] | null> {
  if (live.capabilities.get()?.nativeDialogs === true) return shellClient.pickOpen({ kind: want });
  const path = await pickInPage(want);
  return path === null ? null : [path];
}

export async function pickSave(suggestedName: string): Promise<string | null> {
  if (live.capabilities.get()?.nativeDialogs === true) return shellClient.pickSave({ suggestedName });
  return pickInPage('save', suggestedName);
}

function pickInPage(want: 'file' | 'folder' | 'save', suggestedName?: string): Promise<string | null> {
  return new Promise((done) => {
    openOverlay({ kind: 'pick', want, done, ...(suggestedName === undefined ? {} : { suggestedName }) });
  });
}

export async function pickAndOpen(want: 'file' | 'folder'): Promise<boolean> {
  const paths = await pickPaths(want);
  if (paths === null || paths.length === 0) return false;
  return openSpecs(paths.map((path) => ({ kind: 'path', path })));
}
