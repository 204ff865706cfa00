import type { IncomingMessage } from 'node:http';
import { tokenOfProtocols } from '../contract/wire';
import { isToken } from './token';

export interface Refusal {
  readonly status: 400 | 401 | 403 | 405;
  readonly reason: string;
}

const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** A page load. Only names of this machine are answered, so that a foreign name pointing here (DNS rebinding) gets nothing. */
export function refusePage(request: IncomingMessage): Refusal | undefined {
  const host = loopbackName(`http://${request.headers.host ?? ''}`);
  if (host === undefined) return { status: 403, reason: 'Host is not a name of this machine' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, reason: 'Only GET and HEAD are answered' };
  const { origin } = request.headers;
  if (origin !== undefined && loopbackName(origin) !== host)
    return { status: 403, reason: 'Origin and Host do not agree' };
  const site = request.headers['sec-fetch-site'];
  const isNavigation = request.headers['sec-fetch-mode'] === 'navigate';
  if ((site === 'cross-site' || site === 'same-site') && !isNavigation)
    return { status: 403, reason: 'Requests of other sites are not answered' };
  return undefined;
}

/** A WebSocket: Origin must be there and agree with Host by name (`ssh -L` changes ports), and the token must be right. */
export function refuseSocket(request: IncomingMessage, token: string): Refusal | undefined {
  const page = refusePage(request);
  if (page !== undefined) return page;
  if (request.headers.origin === undefined) return { status: 403, reason: 'Origin is missing' };
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!isToken(token, tokenOfProtocols(offered))) return { status: 401, reason: 'The token is not right' };
  return undefined;
}

/** The host name of an http(s) address when it is one of this machine's own. */
function loopbackName(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  if (url.username !== '' || url.password !== '' || url.pathname !== '/') return undefined;
  return loopbackNames.has(url.hostname) ? url.hostname : undefined;
}
