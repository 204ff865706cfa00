/** What the loopback server refuses. */
import { request as httpRequest } from 'node:http';
import { expect, test } from '../fixtures';

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function statusOf(url: string, asked: Asked): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        hostname,
        port,
        path: asked.path ?? '/',
        method: asked.method ?? 'GET',
        headers: asked.headers ?? {},
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    request.on('error', reject);
    request.end();
  });
}

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

test('a socket is opened with the token, from this machine, and not otherwise', async ({ shell }) => {
  const url = shell.url ?? '';
  const { host, hash, origin } = new URL(url);
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  const offered = (value: string) => `stepscope, token.${value}`;
  const table: readonly [string, number | RegExp, Asked['headers']][] = [
    ['the right token', 101, { 'sec-websocket-protocol': offered(token), origin }],
    ['no token', /^4\d\d$/, { 'sec-websocket-protocol': 'stepscope', origin }],
    ['a wrong token', /^4\d\d$/, { 'sec-websocket-protocol': offered(`${token.slice(0, -1)}-`), origin }],
    [
      'another origin',
      /^4\d\d$/,
      { 'sec-websocket-protocol': offered(token), origin: 'https://example.org' },
    ],
    ['another host', /^4\d\d$/, { 'sec-websocket-protocol': offered(token), origin, host: 'example.org' }],
  ];
  for (const path of ['/ws/shell', '/ws/data'])
    for (const [what, status, headers] of table) {
      const given = await statusOf(url, { path, headers: { ...upgrade, host, ...headers } });
      expect(String(given), `${path}: ${what}`).toMatch(status instanceof RegExp ? status : String(status));
    }
});

test('pages are served to loopback names only, read only, and from the build only', async ({ shell }) => {
  const url = shell.url ?? '';
  const { host } = new URL(url);
  expect(await statusOf(url, { headers: { host } })).toBe(200);
  expect(await statusOf(url, { headers: { host: 'example.org' } })).toBeGreaterThanOrEqual(400);
  expect(await statusOf(url, { headers: { host }, method: 'POST' })).toBeGreaterThanOrEqual(400);
  for (const path of ['/../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json'])
    expect(await statusOf(url, { headers: { host }, path }), path).toBeGreaterThanOrEqual(400);
});

test('the token is in no address that the page asks for', async ({ shell, page }) => {
  const token = new URLSearchParams(new URL(shell.url ?? '').hash.slice(1)).get('token') ?? 'none';
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url(), JSON.stringify(request.headers())));
  await page.reload();
  await expect(page.getByRole('menubar', { name: 'Menu' })).toBeVisible();
  expect(addresses.length).toBeGreaterThan(0);
  // The fragment of the page itself never travels.
  expect(addresses.filter((text) => !text.includes('#') && text.includes(token))).toEqual([]);
  expect(page.url()).not.toContain(token);
});
