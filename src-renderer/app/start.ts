import type { ShellEvent } from '../../src-main/contract';
import { setCopier } from '../ui';
import { followCommandState, listenToKeys, runCommand } from './commands';
import { dataClient, dataPipe, engineIs, shell, shellClient, shellPipe } from './connect';
import { follow } from './follow';
import { live } from './live';
import { openSpecs } from './open-specs';
import { notify } from './overlays';
import { queryClient } from './query-client';
import { markReady } from './ready';
import { createRefresher } from './refresh';
import { followRoom } from './room';
import { followTheme } from './theme';

/** Subscribes to everything that the window is told. Called once, after `connect`. */
export function start(): void {
  followTheme();
  followRoom();
  followCommandState();
  listenToKeys();
  const refresher = createRefresher(queryClient);
  markReady(queryClient, refresher);
  let revision = -1;

  run(
    follow(
      dataPipe,
      () => dataClient.sources.watch(),
      (state) => {
        const isNew = state.revision !== revision;
        revision = state.revision;
        // Before the state is shown: what is on the screen is then known to be older.
        if (isNew) refresher.request();
        live.workspace.set(state);
      },
    ),
  );
  run(follow(dataPipe, () => dataClient.jobs.watchAll(), live.jobs.set));
  run(follow(shellPipe, () => shellClient.events(), onShellEvent));
  run(follow(shellPipe, () => shellClient.watchStore(), live.store.set));
  run(loadShell());

  dataPipe.subscribe(() => {
    // A new engine counts its revisions anew; what is on the screen is asked again either way.
    if (dataPipe.state === 'connected') revision = -1;
  });
}

async function loadShell(): Promise<void> {
  const [capabilities, settings] = await Promise.all([shellClient.capabilities(), shellClient.settings()]);
  live.capabilities.set(capabilities);
  live.settings.set(settings);
  if (capabilities.clipboard) setCopier((text) => shellClient.copyText({ text }));
}

function onShellEvent(event: ShellEvent): void {
  switch (event.kind) {
    case 'command':
      runCommand(event.id);
      break;
    case 'open':
      void openSpecs(event.specs);
      break;
    case 'engine':
      live.engine.set(event);
      engineIs(event.state);
      tellAboutEngine(event);
      break;
    case 'settings':
      live.settings.set(event.settings);
      break;
  }
}

/** It was given up, or came back without what was open: neither may pass unseen. */
function tellAboutEngine({ state, detail }: Extract<ShellEvent, { kind: 'engine' }>): void {
  if (detail === '' || (state !== 'failed' && state !== 'ready')) return;
  const isFailed = state === 'failed';
  notify({
    title: isFailed ? 'The engine has stopped' : 'The engine started with nothing open',
    failure: {
      code: 'ENGINE_RESTARTED',
      message: detail,
      data: {
        action: isFailed
          ? 'Choose Start Again in the status bar.'
          : 'Open them one at a time from the recent files.',
      },
    },
  });
  void queryClient.invalidateQueries({ queryKey: shell.recent.key() });
}

function run(task: Promise<unknown>): void {
  task.catch((error: unknown) => notify({ title: 'A subscription ended', error }));
}
