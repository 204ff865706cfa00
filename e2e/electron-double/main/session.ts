import { EventEmitter } from 'node:events';
import { protocol } from './protocol';
import { loud, state } from './state';

interface Filter {
  readonly urls: readonly string[];
}
interface RequestDetails {
  readonly url: string;
}
interface Verdict {
  readonly cancel?: boolean;
}
type BeforeRequest = (details: RequestDetails, answer: (verdict: Verdict) => void) => void;

/** `<all_urls>` and `https:…` patterns as a test of a URL. */
function patternTest(pattern: string): RegExp {
  const escaped = pattern
    .replace('<all_urls>', '*://*/*')
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/^\*:/, '[a-z][a-z0-9+.-]*:')
    .replace(/\*/g, '.*');
  return new RegExp(`^${escaped}$`, 'i');
}

let beforeRequest: { listener: BeforeRequest; patterns: readonly RegExp[] } | undefined;

/** What the application's `onBeforeRequest` says about a request. */
export async function isRequestCancelled(url: string): Promise<boolean> {
  const hook = beforeRequest;
  if (!hook?.patterns.some((pattern) => pattern.test(url))) return false;
  const verdict = await new Promise<Verdict>((answer) => hook.listener({ url }, answer));
  return verdict.cancel === true;
}

const webRequest = loud('webRequest', {
  onBeforeRequest(filter: Filter, listener: BeforeRequest): void {
    beforeRequest = { listener, patterns: filter.urls.map(patternTest) };
  },
});

type RequestHandler = Parameters<Electron.Session['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<Electron.Session['setPermissionCheckHandler']>[0];
let requestHandler: RequestHandler = null;
let checkHandler: CheckHandler = null;

/** Electron's names of the permissions that DevTools can set, and Chromium's. */
const permissions = {
  'clipboard-read': ['clipboard-read'],
  'clipboard-sanitized-write': ['clipboard-write'],
  geolocation: ['geolocation'],
  notifications: ['notifications'],
  media: ['camera', 'microphone'],
  midi: ['midi'],
  'idle-detection': ['idle-detection'],
  'window-management': ['window-management'],
  'storage-access': ['storage-access'],
} as const;

type Permission = keyof typeof permissions;

async function isGranted(contents: Electron.WebContents, permission: Permission): Promise<boolean> {
  const ask = requestHandler;
  const details = { requestingUrl: '', isMainFrame: true };
  if (ask && !(await new Promise<boolean>((answer) => ask(contents, permission, answer, details))))
    return false;
  return checkHandler?.(contents, permission, '', { isMainFrame: true }) ?? true;
}

/** DevTools has no permission request event: the handlers are asked once a window, and their answer is set in the browser. */
export async function applyPermissions(contents: Electron.WebContents): Promise<void> {
  for (const permission of Object.keys(permissions) as Permission[]) {
    const setting = (await isGranted(contents, permission)) ? 'granted' : 'denied';
    // A permission that this Chromium does not know is none that a page could ask for.
    for (const name of permissions[permission])
      await state.cdp.send('Browser.setPermission', { permission: { name }, setting }).catch(() => undefined);
  }
}

class SessionDouble extends EventEmitter {
  readonly protocol = protocol;
  readonly webRequest = webRequest;
  setPermissionRequestHandler(handler: RequestHandler): void {
    requestHandler = handler;
  }
  setPermissionCheckHandler(handler: CheckHandler): void {
    checkHandler = handler;
  }
  /** The double's Chromium has no device choosers and no spell checker: nothing to refuse. */
  setDevicePermissionHandler(): void {}
  setSpellCheckerEnabled(): void {}
}

export const session = { defaultSession: loud('session', new SessionDouble()) };
