import { once } from 'node:events';
import { join } from 'node:path';
import { findChromium, hasScreen, openAppWindow, openInBrowser } from './browser';
import type { Serve } from './start-serve';

export interface ShownWindow extends AsyncDisposable {
  /** Resolves when the user closed the window; never where that cannot be known. */
  readonly closed: Promise<void>;
}

/** Shows the page: as a window of its own by an installed Chromium, else in the default browser, else by its printed address. */
export async function showWindow(serve: Serve, say: (line: string) => void): Promise<ShownWindow> {
  if (!hasScreen()) {
    say(
      'There is no screen here: open that address in a browser, over SSH with ssh -L. Ctrl-C ends Stepscope.',
    );
    return unknownEnd();
  }
  const chromium = findChromium();
  const window = chromium === undefined ? undefined : await openOwnWindow(serve, chromium, say);
  if (window !== undefined) return window;
  if (!(await openInBrowser(serve.ticketUrl()))) say('No browser was found: open that address.');
  say('Ctrl-C ends Stepscope.');
  return unknownEnd();
}

async function openOwnWindow(
  serve: Serve,
  chromium: string,
  say: (line: string) => void,
): Promise<ShownWindow | undefined> {
  const browser = openAppWindow(chromium, serve.ticketUrl(), join(serve.application.folder.root, 'browser'));
  const exited = new Promise<void>((resolve) => void browser.once('exit', () => resolve()));
  const isStarted = await new Promise<boolean>((resolve) => {
    browser.once('spawn', () => resolve(true));
    browser.once('error', () => resolve(false));
  });
  if (!isStarted) return undefined;
  say('Closing the window, or Ctrl-C, ends Stepscope.');
  const closed = exited.then(() => {
    if (serve.hasShownPage()) return;
    // A browser of an earlier, killed Stepscope has the profile: the window opens there, and its end is not ours to see.
    say('The browser handed the window to another of its processes: Ctrl-C ends Stepscope.');
    return new Promise<void>(() => {});
  });
  return {
    closed,
    [Symbol.asyncDispose]: async () => {
      if (browser.exitCode !== null || browser.signalCode !== null) return;
      browser.kill();
      await once(browser, 'exit');
    },
  };
}

function unknownEnd(): ShownWindow {
  return { closed: new Promise(() => {}), [Symbol.asyncDispose]: async () => {} };
}
