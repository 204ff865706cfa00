/**
 * Custom schemes. Stock Chromium hands `app://host/` to the system before Fetch interception sees it, so it is served as
 * `https://host.app.electron-double.internal/` and answered through Fetch.fulfillRequest.
 */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loud } from './state';

const suffix = 'electron-double.internal';
type Handler = (request: Request) => Response | Promise<Response>;
const handlers = new Map<string, Handler>();

const ownSchemes = /^(https?|file|data|about|blob|devtools|chrome|wss?)$/i;

export function toHttp(url: string): string {
  const [, scheme = '', host = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
  if (scheme === '' || ownSchemes.test(scheme)) return url;
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(host))
    throw new Error(`ElectronDouble: host '${host}' of ${url} cannot be mapped to a DNS name`);
  return `https://${host}.${scheme}.${suffix}${rest.startsWith('/') ? rest : `/${rest}`}`;
}

export function fromHttp(url: string): string {
  return url.replace(/^https:\/\/([^/]+)\.([a-z][a-z0-9+-]*)\.electron-double\.internal/i, '$2://$1');
}

export function isMapped(url: string): boolean {
  return /^https:\/\/[^/?#]+\.electron-double\.internal(\/|$)/.test(url);
}

export function isHandled(scheme: string): boolean {
  return handlers.has(scheme);
}

export async function dispatch(url: string, init: RequestInit): Promise<Response> {
  const handler = handlers.get(url.slice(0, url.indexOf(':')));
  if (!handler) throw new Error('ERR_UNKNOWN_URL_SCHEME');
  return handler(new Request(url, init));
}

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ico': 'image/x-icon',
};

/** `net.fetch` of a file, which is what a protocol handler does with it. */
async function fetchFile(url: string): Promise<Response> {
  if (!url.startsWith('file:')) throw new Error(`ElectronDouble: net.fetch(${url}) is not implemented`);
  const path = fileURLToPath(url);
  try {
    const type = mimeTypes[extname(path).toLowerCase()] ?? 'application/octet-stream';
    return new Response(new Uint8Array(await readFile(path)), { headers: { 'content-type': type } });
  } catch (cause) {
    throw new Error('net::ERR_FILE_NOT_FOUND', { cause });
  }
}

export const net = loud('net', { fetch: fetchFile });

export const protocol = loud('protocol', {
  registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]): void => {
    for (const { privileges } of schemes)
      if (!privileges?.standard || !privileges.secure)
        throw new Error('ElectronDouble: only standard, secure schemes are implemented');
  },
  handle: (scheme: string, handler: Handler): void => {
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    if (ownSchemes.test(scheme))
      throw new Error(`ElectronDouble: protocol.handle('${scheme}') is not implemented`);
    handlers.set(scheme, handler);
  },
  isProtocolHandled: (scheme: string): boolean => handlers.has(scheme) || ownSchemes.test(scheme),
});
