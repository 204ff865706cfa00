import type { Failure, OpenResult, SourceSpec } from '../../src-main/contract';
import { isFailureCode, plural } from '../ui';
import { navigateToMapping } from './commands/navigation';
import { dataClient, dataPipe, shell, shellClient } from './connect';
import { Live, live } from './live';
import { notify, openOverlay } from './overlays';
import { type Pick, picks } from './picks';
import { queryClient } from './query-client';

/** How many calls to open are under way, until their sources are in the workspace that the window shows. */
export const opening = new Live(0);

/** Opens sources; each failure is told on its own and keeps the others. True when one was opened. */
export async function openSpecs(specs: readonly SourceSpec[]): Promise<boolean> {
  opening.set(opening.get() + 1);
  try {
    return await openAndRemember(specs);
  } finally {
    opening.set(opening.get() - 1);
  }
}

const mostTries = 3;
/** As many as one call takes. */
const mostAtOnce = 100;

async function openInParts(specs: readonly SourceSpec[]): Promise<OpenResult[]> {
  const results: OpenResult[] = [];
  for (let at = 0; at < specs.length; at += mostAtOnce)
    results.push(...(await openSurely(specs.slice(at, at + mostAtOnce))));
  return results;
}

/** Opening twice is opening once, so what an engine's end has cut off is simply asked again. */
async function openSurely(specs: readonly SourceSpec[]) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await dataClient.sources.open({ specs: [...specs] });
    } catch (error) {
      if (tried === mostTries || !isFailureCode(error, 'ENGINE_RESTARTED')) throw error;
    }
  }
}

/** The workspace tells of new sources a moment after they were opened. */
function untilShown(sourceIds: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const shown = new Set(live.workspace.get()?.sources.map(({ sourceId }) => sourceId));
      if (dataPipe.state === 'connected' && !sourceIds.every((id) => shown.has(id))) return;
      for (const stop of stops) stop();
      resolve();
    };
    const stops = [live.workspace.subscribe(look), dataPipe.subscribe(look)];
    look();
  });
}

async function openAndRemember(specs: readonly SourceSpec[]): Promise<boolean> {
  try {
    const results = await openInParts(specs);
    await untilShown(results.flatMap(({ sourceIds }) => sourceIds));
    const opened = specs.filter((_, nth) => results[nth]?.failure === null);
    const [only] = results;
    // A file alone whose tables nobody knows is what the user wants to look at.
    if (results.length === 1 && only !== undefined && isMappable(only.failure))
      navigateToMapping({ path: only.location });
    else for (const result of results) tellOf(result);
    if (opened.length > 0) {
      await shellClient.rememberRecent({ specs: opened.map(withoutCopy) });
      await queryClient.invalidateQueries({ queryKey: shell.recent.key() });
    }
    return opened.length > 0;
  } catch (error) {
    notify({ title: 'Nothing was opened', error });
    return false;
  }
}

/** The file is remembered, not the moment of its copy. */
function withoutCopy(spec: SourceSpec): SourceSpec {
  return spec.kind === 'path' ? { kind: 'path', path: spec.path } : spec;
}

/** What was asked for and did not open; of a folder what in it did not. */
function tellOf(result: OpenResult): void {
  const { location, sourceIds, failure, failures, unknownFiles } = result;
  const [first] = failures;
  if (failure !== null && first === undefined) tellNotOpened(location, failure);
  if (first !== undefined && failures.length === 1 && unknownFiles === null) {
    tellNotOpened(first.path, first.failure);
    return;
  }
  if (first === undefined && unknownFiles === null) return;
  const note = [
    sourceIds.length > 0 && `${plural(sourceIds.length, 'source')} opened.`,
    failures.length > 0 && `${plural(failures.length, 'file')} could not be opened.`,
    unknownFiles !== null && `${plural(unknownFiles.count, 'other file')} of no known trace format.`,
  ].filter((part) => part !== false);
  notify({
    title: `In ${location}`,
    note: note.join(' '),
    details: { title: 'Details…', show: () => openOverlay({ kind: 'not-opened', result }) },
  });
}

function isMappable(failure: Failure | null): boolean {
  return failure?.code === 'FORMAT_UNKNOWN' && failure.data.mappable === true;
}

/** A file that another program holds can be opened as it stands now, and one of unknown tables once it is said what they are. */
function tellNotOpened(path: string, failure: Failure): void {
  const copy = {
    title: 'Open a Snapshot Copy',
    show: () => void openSpecs([{ kind: 'path', path, snapshot: true }]),
  };
  const canCopy = failure.code === 'LOCKED' && failure.data.canCopy === true;
  const map = { title: 'Map Its Columns…', show: () => navigateToMapping({ path }) };
  const details = canCopy ? copy : isMappable(failure) ? map : undefined;
  // Most failures name the file themselves.
  const title = failure.message.includes(path) ? 'Not opened' : `Not opened: ${path}`;
  notify({ title, failure, ...(details === undefined ? {} : { details }) });
}

/** Asks for a path, with the system's dialog or in the page. Null: cancelled. */
export async function pickPaths(
  pick: Pick & { readonly want: 'file' | 'folder' },
): Promise<readonly string[] | null> {
  const { want: kind, title, action } = pick;
  if (live.capabilities.get()?.nativeDialogs === true) return shellClient.pickOpen({ kind, title, action });
  const path = await pickInPage(pick);
  return path === null ? null : [path];
}

export async function pickSave(pick: Pick, suggestedName: string): Promise<string | null> {
  const { title, action } = pick;
  if (live.capabilities.get()?.nativeDialogs === true)
    return shellClient.pickSave({ suggestedName, title, action });
  return pickInPage(pick, suggestedName);
}

function pickInPage(pick: Pick, suggestedName?: string): Promise<string | null> {
  return new Promise((done) => {
    openOverlay({ kind: 'pick', pick, done, ...(suggestedName === undefined ? {} : { suggestedName }) });
  });
}

export async function pickAndOpen(want: 'file' | 'folder'): Promise<boolean> {
  const paths = await pickPaths(want === 'file' ? picks.trace : picks.traces);
  if (paths === null || paths.length === 0) return false;
  return openSpecs(paths.map((path) => ({ kind: 'path', path })));
}
