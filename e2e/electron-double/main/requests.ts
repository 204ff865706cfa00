/** Answers a request of a page: refused by the application's web request hook, by its protocol handler, or let through. */
import { dispatch, fromHttp, isMapped } from './protocol';
import { isRequestCancelled } from './session';
import { state } from './state';
import type { PausedRequest } from './targets';

function bodyOf(request: PausedRequest['request']): { body: Buffer<ArrayBuffer> } | Record<string, never> {
  if (request.method === 'GET' || request.method === 'HEAD' || !request.postDataEntries?.length) return {};
  const parts = request.postDataEntries.map((part) => Buffer.from(part.bytes ?? '', 'base64'));
  return { body: Buffer.concat(parts) };
}

function headersOf(request: PausedRequest['request']): Record<string, string> {
  const named = Object.entries(request.headers).map(([name, value]): [string, string] => [
    name,
    /^(origin|referer)$/i.test(name) ? fromHttp(String(value)) : String(value),
  ]);
  return Object.fromEntries(named);
}

export async function answerRequest(paused: PausedRequest): Promise<void> {
  const { requestId, request } = paused;
  const { cdp } = state;
  const url = fromHttp(request.url);
  // Electron never asks for it.
  if (isMapped(request.url) && url.endsWith('/favicon.ico')) {
    await cdp.send('Fetch.fulfillRequest', { requestId, responseCode: 204 });
    return;
  }
  if (await isRequestCancelled(url)) {
    await cdp.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
    return;
  }
  if (!isMapped(request.url)) {
    await cdp.send('Fetch.continueRequest', { requestId });
    return;
  }
  let response: Response;
  try {
    response = await dispatch(url, {
      method: request.method,
      headers: headersOf(request),
      ...bodyOf(request),
    });
  } catch (error) {
    console.error(`protocol handler for ${url} failed:`, error);
    await cdp.send('Fetch.failRequest', { requestId, errorReason: 'Failed' });
    return;
  }
  await cdp.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  });
}
