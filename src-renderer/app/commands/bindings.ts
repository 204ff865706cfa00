import type { CommandId, Source } from '../../../src-main/contract';
import { backUpStore, checkStore, importIntoStore, pickBackup } from '../../store/care';
import { copyText } from '../../ui';
import { dataClient, shell, shellClient } from '../connect';
import { holdRows, isHeld } from '../hold';
import { live } from '../live';
import { openSpecs, pickAndOpen } from '../open-specs';
import { chosenSource, frameParts, notify, openOverlay } from '../overlays';
import { queryClient } from '../query-client';
import { changeSettings } from '../settings';
import { navigateTo, navigateToMapping, routeName } from './navigation';
import { screenHandler } from './screen-commands';

export interface Binding {
  readonly run: () => void;
  readonly isEnabled: () => boolean;
  readonly isChecked?: () => boolean;
}

const always = (): boolean => true;
const sources = () => live.workspace.get()?.sources ?? [];
const hasSessions = (): boolean => sources().some((source) => source.sessions > 0);

/** A store on this machine. */
const hasStore = (): boolean => live.store.get()?.directory != null;

/** The source that a command is about: the chosen one, that of the open session, or the only one besides the live store. */
function sourceInQuestion(): string | null {
  const open = sources();
  const [, screen, sourceOfSession] = routeName().split('/');
  for (const id of [chosenSource.get(), screen === 'session' ? sourceOfSession : null])
    if (open.some(({ sourceId }) => sourceId === id)) return id ?? null;
  const own = open.length === 1 ? open : open.filter(({ spec }) => spec.kind !== 'live');
  return own.length === 1 ? (own[0]?.sourceId ?? null) : null;
}

/** A file that was opened with a mapping: the chosen one, or the only one. */
function mappedSource(): Source | undefined {
  const mapped = sources().filter(({ format }) => format === 'mapped');
  return (
    mapped.find(({ sourceId }) => sourceId === chosenSource.get()) ??
    (mapped.length === 1 ? mapped[0] : undefined)
  );
}

export function changeMapping({ spec, sourceId }: Source): void {
  navigateToMapping({ path: spec.location, source: sourceId });
}

/** A command that the screen itself answers to. */
function byScreen(id: CommandId): Binding {
  return { run: () => screenHandler(id)?.(), isEnabled: () => screenHandler(id) !== undefined };
}

function go(to: '/sessions' | '/analytics' | '/store' | '/open'): Binding {
  return { run: () => navigateTo(to), isEnabled: always };
}

function theme(name: 'system' | 'light' | 'dark'): Binding {
  return {
    run: () => changeSettings({ theme: name }),
    isEnabled: always,
    isChecked: () => live.settings.get().theme === name,
  };
}

function aboutSource(act: (sourceId: string) => Promise<unknown>, title: string): Binding {
  return {
    run: () => {
      const sourceId = sourceInQuestion();
      if (sourceId !== null) act(sourceId).catch((error: unknown) => notify({ title, error }));
    },
    isEnabled: () => sourceInQuestion() !== null,
  };
}

function exportAs(format: 'parquet' | 'csv' | 'jsonl'): Binding {
  return { run: () => openOverlay({ kind: 'export', format }), isEnabled: hasSessions };
}

function clearRecent(): void {
  shellClient.clearRecent().then(
    () => queryClient.invalidateQueries({ queryKey: shell.recent.key() }),
    (error: unknown) => notify({ title: 'The recent items were not cleared', error }),
  );
}

/** What each command does. A command without an entry does not compile. */
export const bindings: { readonly [Id in CommandId]: Binding } = {
  'file.open': { run: () => void openAndShow('file'), isEnabled: always },
  'file.openFolder': { run: () => void openAndShow('folder'), isEnabled: always },
  'file.connect': { run: () => openOverlay({ kind: 'connect' }), isEnabled: always },
  'store.backup': { run: () => void backUpStore(), isEnabled: hasStore },
  'store.restore': { run: () => void pickBackup(), isEnabled: hasStore },
  'store.check': { run: () => void checkStore(), isEnabled: hasStore },
  'store.import': { run: () => void importIntoStore(), isEnabled: hasStore },
  'store.retention': { run: () => openOverlay({ kind: 'retention' }), isEnabled: hasStore },
  'file.migrate': { run: () => openOverlay({ kind: 'migrate' }), isEnabled: always },
  'file.openRecent': { run: () => openOverlay({ kind: 'recent' }), isEnabled: always },
  'file.clearRecent': { run: clearRecent, isEnabled: always },
  'file.closeSource': aboutSource(
    (sourceId) => dataClient.sources.close({ sourceId }),
    'The source was not closed',
  ),
  'file.refresh': aboutSource((sourceId) => dataClient.sources.refresh({ sourceId }), 'No look for new rows'),
  'file.sourceDetails': {
    run: () => {
      const sourceId = sourceInQuestion();
      if (sourceId !== null) openOverlay({ kind: 'source', sourceId });
    },
    isEnabled: () => sourceInQuestion() !== null,
  },
  'file.changeMapping': {
    run: () => {
      const source = mappedSource();
      if (source !== undefined) changeMapping(source);
    },
    isEnabled: () => mappedSource() !== undefined,
  },
  'edit.copyLink': { run: () => void copyText(location.href), isEnabled: always },
  'edit.find': byScreen('edit.find'),
  'edit.filter': byScreen('edit.filter'),
  'edit.selectAll': byScreen('edit.selectAll'),
  'view.themeSystem': theme('system'),
  'view.themeLight': theme('light'),
  'view.themeDark': theme('dark'),
  'view.compact': {
    run: () =>
      changeSettings({ density: live.settings.get().density === 'compact' ? 'comfortable' : 'compact' }),
    isEnabled: always,
    isChecked: () => live.settings.get().density === 'compact',
  },
  'view.sidebar': {
    run: () => frameParts.sidebar.set(!frameParts.sidebar.get()),
    isEnabled: always,
    isChecked: frameParts.sidebar.get,
  },
  'view.inspector': {
    run: () => frameParts.inspector.set(!frameParts.inspector.get()),
    isEnabled: always,
    isChecked: frameParts.inspector.get,
  },
  'view.follow': {
    run: () => frameParts.follow.set(!frameParts.follow.get()),
    isEnabled: always,
    isChecked: frameParts.follow.get,
  },
  'view.pause': { run: () => holdRows(!isHeld()), isEnabled: always, isChecked: isHeld },
  'view.palette': { run: () => openOverlay({ kind: 'palette' }), isEnabled: always },
  'view.jobs': { run: () => openOverlay({ kind: 'jobs' }), isEnabled: always },
  'export.parquet': exportAs('parquet'),
  'export.csv': exportAs('csv'),
  'export.jsonl': exportAs('jsonl'),
  'go.sessions': go('/sessions'),
  'go.analytics': go('/analytics'),
  'go.store': go('/store'),
  'go.open': go('/open'),
  'go.back': byScreen('go.back'),
  'go.newest': byScreen('go.newest'),
  'go.previousSession': byScreen('go.previousSession'),
  'go.nextSession': byScreen('go.nextSession'),
  'go.nextError': byScreen('go.nextError'),
  'go.previousError': byScreen('go.previousError'),
  'help.shortcuts': { run: () => openOverlay({ kind: 'shortcuts' }), isEnabled: always },
  'help.about': { run: () => openOverlay({ kind: 'about' }), isEnabled: always },
};

async function openAndShow(want: 'file' | 'folder'): Promise<void> {
  if ((await pickAndOpen(want)) && routeName() !== '/sessions') navigateTo('/sessions');
}

/** Opens something recent and shows its sessions. */
export async function openSpecAndShow(spec: Parameters<typeof openSpecs>[0][number]): Promise<void> {
  if ((await openSpecs([spec])) && routeName() !== '/sessions') navigateTo('/sessions');
}
