import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  contentSecurityPolicy,
  isOwnPage,
  isOwnServePage,
  mayLeave,
  startPage,
  webPreferences,
} from './security-policy';

/**
 * Electron's security checklist (electronjs.org/docs/latest/tutorial/security), point by point, as far as it can be told from what is
 * written; what only a running window shows is in e2e/specs/electron-security.spec.ts.
 */
const root = resolve(import.meta.dirname, '../..');
const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
const preload = readFileSync(join(import.meta.dirname, 'preload.ts'), 'utf8');
const packageJson: {
  devDependencies: Record<string, string>;
  build: { electronFuses: Record<string, boolean> };
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function uses(text: string): boolean {
  return sources.some((source) => source.includes(text));
}
const directives = new Map(
  contentSecurityPolicy.split('; ').map((directive): [string, string[]] => {
    const [name = '', ...values] = directive.split(' ');
    return [name, values];
  }),
);

describe("Electron's security checklist", () => {
  it.each<[number, string, boolean]>([
    [1, 'only our own files are loaded', startPage.startsWith('app://') && !uses('loadFile(')],
    [2, 'no Node in the page', !webPreferences.nodeIntegration && !webPreferences.nodeIntegrationInWorker],
    [3, 'the preload has a world of its own', webPreferences.contextIsolation],
    [4, 'every page is sandboxed', webPreferences.sandbox && uses('app.enableSandbox()')],
    [6, 'web security is on', webPreferences.webSecurity],
    [7, 'the policy starts from nothing', directives.get('default-src')?.join() === "'none'"],
    [8, 'no insecure content', !webPreferences.allowRunningInsecureContent],
    [9, 'no experimental features', !webPreferences.experimentalFeatures],
    [10, 'no Blink features are switched on', !('enableBlinkFeatures' in webPreferences)],
    [11, 'no webview', !webPreferences.webviewTag && !uses('allowpopups')],
    [
      15,
      'one place opens something outside',
      sources.filter((s) => s.includes('openExternal(')).length === 1,
    ],
    [
      16,
      'Electron is pinned to one version',
      /^\d+\.\d+\.\d+$/.test(packageJson.devDependencies.electron ?? ''),
    ],
    [17, 'no message of a page is listened to', !uses('ipcMain') && !uses('.ipc.')],
    [18, 'no file: page', !uses('pathToFileURL') && startPage === 'app://stepscope/index.html'],
    [20, 'the page gets no Electron API', !/ipcRenderer\.(send|invoke|postMessage)/.test(preload)],
  ])('%i: %s', (_point, _what, holds) => {
    expect(holds).toBe(true);
  });

  it('7: no script but our own files runs, and nothing can be framed, sent or rebased', () => {
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('connect-src')).toEqual(["'self'"]);
    for (const name of ['base-uri', 'form-action', 'frame-ancestors'])
      expect(directives.get(name)).toEqual(["'none'"]);
    expect(contentSecurityPolicy).not.toMatch(/unsafe-eval|\*|https?:/);
  });

  it('19: the fuses are set', () => {
    expect(packageJson.build.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });
});

describe('13, 14: where a page may go', () => {
  it.each([
    ['app://stepscope/index.html#/sessions', true],
    ['app://stepscope/', true],
    ['app://stepscope.evil/index.html', false],
    ['app://stepscope@evil/index.html', false],
    ['app://evil/stepscope', false],
    ['https://stepscope/index.html', false],
    ['file:///etc/passwd', false],
    ['about:blank', false],
    ['data:text/html,<p>x', false],
    ['javascript:alert(1)', false],
    ['not a url', false],
  ])('%s: %s', (url, isOwn) => {
    expect(isOwnPage(url)).toBe(isOwn);
  });
});

describe('15: what is a page of ours in the browser', () => {
  it.each([
    ['http://127.0.0.1:8123/open/abc', true],
    ['http://127.0.0.1:8123/else', false],
    ['http://127.0.0.1.evil/open/abc', false],
    ['https://evil/open/abc', false],
    ['file:///open/abc', false],
  ])('%s: %s', (url, isOurs) => {
    expect(isOwnServePage(url)).toBe(isOurs);
  });
});

describe('15: what may leave through the system browser', () => {
  it.each([
    ['https://example.org/a?b#c', true],
    ['http://example.org/', false],
    ['https://user:password@example.org/', false],
    ['file:///etc/passwd', false],
    ['smb://host/share', false],
    ['ms-msdt:/id', false],
    ['javascript:alert(1)', false],
    ['app://stepscope/index.html', false],
    ['', false],
  ])('%s: %s', (url, may) => {
    expect(mayLeave(url)).toBe(may);
  });
});
