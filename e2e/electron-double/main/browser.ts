/** Starts an installed Chromium with a DevTools pipe for the double and, when asked, a debugging port for Playwright. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { Cdp } from './cdp';

const usualPlaces = [
  '/usr/lib/chromium/chromium-headless-shell',
  '/usr/lib/chromium/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const switchedOff = [
  'Translate,OptimizationHints,MediaRouter,HttpsUpgrades,PaintHolding,LensOverlay,AimEnabled,PreconnectToSearch',
  'WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,SpareRendererForSitePerProcess',
].join(',');

const fixed: readonly [string, string][] = [
  ...[
    'remote-debugging-pipe no-startup-window no-first-run no-default-browser-check disable-background-networking',
    'disable-component-update disable-sync disable-default-apps disable-extensions disable-breakpad metrics-recording-only',
    'disable-field-trial-config disable-popup-blocking disable-background-timer-throttling disable-renderer-backgrounding',
    'disable-backgrounding-occluded-windows disable-search-engine-choice-screen disable-infobars hide-crash-restore-bubble',
    'use-mock-keychain',
  ]
    .join(' ')
    .split(' ')
    .map((name): [string, string] => [name, '']),
  ['password-store', 'basic'],
  ['force-color-profile', 'srgb'],
  ['disable-features', switchedOff],
  // Hermetic: nothing but loopback resolves.
  ['host-resolver-rules', 'MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1'],
];

interface StartOptions {
  readonly profile: string;
  readonly switches: ReadonlyMap<string, string>;
  readonly debugPort: string | undefined;
}

function browserPath(): string {
  const asked = process.env.STEPSCOPE_CHROMIUM;
  const found = asked ?? usualPlaces.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error('ElectronDouble: no Chromium found; name one in STEPSCOPE_CHROMIUM');
  return found;
}

function commandLine(options: StartOptions): string[] {
  const switches = new Map([...fixed, ['user-data-dir', options.profile]] as const);
  const all = new Map<string, string>(switches);
  const isHeadless = process.env.ELECTRON_DOUBLE_HEADLESS !== '0' || !process.env.DISPLAY;
  if (isHeadless) for (const name of ['headless', 'hide-scrollbars']) all.set(name, '');
  if (process.getuid?.() === 0) all.set('no-sandbox', '');
  if (options.debugPort !== undefined) all.set('remote-debugging-port', options.debugPort);
  for (const [name, value] of options.switches) all.set(name, value);
  return [...all].map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`));
}

export async function startChromium(
  options: StartOptions,
): Promise<{ cdp: Cdp; child: ChildProcess; product: string }> {
  mkdirSync(options.profile, { recursive: true });
  const child = spawn(browserPath(), commandLine(options), {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-20_000);
    // Playwright's Electron driver waits for this line.
    for (const line of text.split('\n'))
      if (line.startsWith('DevTools listening on ')) process.stderr.write(`${line}\n`);
  });
  const [toBrowser, fromBrowser] = [child.stdio[3], child.stdio[4]];
  if (!(toBrowser instanceof Writable) || !(fromBrowser instanceof Readable))
    throw new Error('ElectronDouble: Chromium gave no DevTools pipe');
  const cdp = new Cdp(toBrowser, fromBrowser);
  const died = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`Chromium exited (${String(code ?? signal)})\n${log}`)),
    );
  });
  died.catch(() => undefined);
  const { product } = await Promise.race([cdp.send('Browser.getVersion'), died]);
  return { cdp, child, product };
}
