import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const linuxNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge',
  'brave-browser',
];
const macApplications = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'];
const windowsPrograms = [
  'Google/Chrome/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
  'BraveSoftware/Brave-Browser/Application/brave.exe',
];

type Environment = Readonly<Record<string, string | undefined>>;

/** An installed Chromium, Chrome, Edge or Brave: they can show a page as a window of its own. `STEPSCOPE_CHROMIUM` names another. */
export function findChromium(environment: Environment = process.env): string | undefined {
  return candidates(environment).find(isExecutable);
}

function candidates(environment: Environment): string[] {
  const named = environment.STEPSCOPE_CHROMIUM ? [environment.STEPSCOPE_CHROMIUM] : [];
  if (process.platform === 'darwin')
    return [...named, ...macApplications.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)];
  if (process.platform === 'win32') {
    const roots = [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA];
    return [
      ...named,
      ...roots.flatMap((root) => (root ? windowsPrograms.map((program) => join(root, program)) : [])),
    ];
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean);
  return [...named, ...linuxNames.flatMap((name) => folders.map((folder) => join(folder, name)))];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Over SSH and in a container there is no screen to open a window on. */
export function hasScreen(environment: Environment = process.env): boolean {
  return process.platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/** A window without tabs, with its own profile: its process ends when the window is closed. */
export function openAppWindow(chromium: string, url: string, profileFolder: string): ChildProcess {
  const flags = [
    `--app=${url}`,
    `--user-data-dir=${profileFolder}`,
    '--no-first-run',
    '--no-default-browser-check',
  ];
  const isRoot = process.getuid?.() === 0;
  return spawn(chromium, isRoot ? [...flags, '--no-sandbox', '--test-type'] : flags, { stdio: 'ignore' });
}

/** The default browser, by the system's own opener. Resolves false when there is none. */
export function openInBrowser(url: string): Promise<boolean> {
  const [program, args]: [string, string[]] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
        : ['xdg-open', [url]];
  return new Promise((resolve) => {
    const opener = spawn(program, args, { stdio: 'ignore', detached: true });
    opener.once('error', () => resolve(false));
    opener.once('spawn', () => {
      opener.unref();
      resolve(true);
    });
  });
}
