import type { Session } from 'electron';
import { answerAppRequest } from './app-protocol';
import { appScheme } from './security-policy';

/** Before the application is ready: `app://` is an origin like https, not a file. */
export const appSchemePrivileges: Electron.CustomScheme = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** Everything that a page could reach or ask for goes through here: our files are served, the rest is refused. */
export function closeSession(session: Session, rendererFolder: string): void {
  session.protocol.handle(appScheme, (request) => answerAppRequest(rendererFolder, request));
  const outside = ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file://*/*'];
  session.webRequest.onBeforeRequest({ urls: outside }, (_details, answer) => answer({ cancel: true }));
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  // It would fetch dictionaries.
  session.setSpellCheckerEnabled(false);
}
