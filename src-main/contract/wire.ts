/**
 * How the page of the serve shell reaches the two ports. The token comes in the page's fragment (`#token=…`) and travels as a WebSocket
 * subprotocol, so it is in no log, Referer or cookie.
 */
export const shellSocketPath = '/ws/shell';
export const dataSocketPath = '/ws/data';
/** The subprotocol that both ends speak; the server always answers with this one. */
export const socketProtocol = 'stepscope';
const tokenPrefix = 'token.';

/** The subprotocols that a page offers: `new WebSocket(url, socketProtocols(token))`. */
export function socketProtocols(token: string): string[] {
  return [socketProtocol, `${tokenPrefix}${token}`];
}

/** The token among the offered subprotocols. */
export function tokenOfProtocols(offered: Iterable<string>): string | undefined {
  for (const name of offered) if (name.startsWith(tokenPrefix)) return name.slice(tokenPrefix.length);
  return undefined;
}
