import { expect, test } from 'vitest';
import { ask, openServe, openSocket, tokenOf } from './testing';

test('the page comes with a policy that allows nothing inline and nothing foreign', async () => {
  await using serve = await openServe();
  const page = await ask(serve, '/');
  expect(page.status).toBe(200);
  expect(page.body).toContain('<div id="root">');
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe-');
  expect(page.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  expect(page.headers['set-cookie']).toBeUndefined();
});

test.each([
  ['evil.example', 403],
  ['127.0.0.1.evil.example', 403],
  ['127.0.0.1@evil.example', 403],
  ['localhost:9000', 200],
  ['127.0.0.1:1', 200],
  ['[::1]:8000', 200],
])('Host %s is answered with %i', async (host, status) => {
  await using serve = await openServe();
  expect((await ask(serve, '/', { host })).status).toBe(status);
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused', async (method) => {
  await using serve = await openServe();
  expect((await ask(serve, '/', {}, method)).status).toBe(405);
});

test.each([
  '/../package.json',
  '/..%2fpackage.json',
  '/assets/../../../package.json',
  '/%2e%2e/%2e%2e/etc/passwd',
  '//etc/passwd',
  '/%',
  '/index.html%00.js',
])('%s is nothing that is served', async (path) => {
  await using serve = await openServe();
  expect((await ask(serve, path)).status).toBe(404);
});

test('a script of another site gets nothing', async () => {
  await using serve = await openServe();
  const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
  expect((await ask(serve, '/', foreign)).status).toBe(403);
  expect((await ask(serve, '/', { origin: 'https://evil.example' })).status).toBe(403);
});

test.each(['/ws/shell', '/ws/data'])('%s opens for the right token, Host and Origin only', async (path) => {
  await using serve = await openServe();
  const open = await openSocket(serve, path);
  if (typeof open === 'number') throw new Error(`refused with ${open}`);
  expect(open.protocol).toBe('stepscope');
  open.terminate();
  const token = tokenOf(serve);
  expect(token).toHaveLength(43);
  const flipped = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
  expect(await openSocket(serve, path, { token: '' })).toBe(401);
  expect(await openSocket(serve, path, { token: flipped })).toBe(401);
  expect(await openSocket(serve, path, { token: token.slice(1) })).toBe(401);
  expect(await openSocket(serve, path, { origin: 'https://evil.example' })).toBe(403);
  expect(await openSocket(serve, path, { origin: 'http://localhost:1' })).toBe(403);
  expect(await openSocket(serve, path, { origin: '' })).toBe(403);
  expect(await openSocket(serve, path, { host: 'evil.example', origin: 'http://evil.example' })).toBe(403);
});

test('ports of Host and Origin may differ, as behind ssh -L', async () => {
  await using serve = await openServe();
  const open = await openSocket(serve, '/ws/shell', {
    host: 'localhost:9000',
    origin: 'http://localhost:9000',
  });
  expect(open).not.toBeTypeOf('number');
  if (typeof open !== 'number') open.terminate();
});

test('a ticket gives the token once, in the fragment', async () => {
  await using serve = await openServe();
  const { pathname } = new URL(serve.ticketUrl());
  const first = await ask(serve, pathname);
  expect(first).toMatchObject({ status: 303, headers: { location: `/#token=${tokenOf(serve)}` } });
  expect((await ask(serve, pathname)).status).toBe(404);
  expect((await ask(serve, '/open/')).status).toBe(404);
});

test('it listens on loopback only, and a port that was asked for and is taken names its holder', async () => {
  await using serve = await openServe();
  const port = Number(new URL(serve.url).port);
  await expect(openServe({ port })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    data: { port, pid: process.pid },
  });
});
