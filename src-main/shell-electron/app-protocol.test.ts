import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerAppRequest } from './app-protocol';
import { contentSecurityPolicy } from './security-policy';

let base: string;
let folder: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'stepscope-protocol-'));
  folder = join(base, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(base, 'renderer-other'));
  writeFileSync(join(folder, 'index.html'), '<p>index');
  writeFileSync(join(folder, 'assets/a b.js'), '1');
  writeFileSync(join(folder, 'assets/secret.db'), 'rows');
  writeFileSync(join(base, 'outside.js'), 'outside');
  writeFileSync(join(base, 'renderer-other/index.html'), 'neighbour');
  symlinkSync(join(base, 'outside.js'), join(folder, 'link.js'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function ask(path: string, method = 'GET'): Promise<Response> {
  const url = path.includes('://') ? path : `app://stepscope${path}`;
  return answerAppRequest(folder, new Request(url, { method }));
}

describe('the app protocol', () => {
  it('serves the files of the build with their type and the policy', async () => {
    const answer = await ask('/');
    expect(await answer.text()).toBe('<p>index');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await (await ask('/assets/a%20b.js?v=1')).text()).toBe('1');
  });

  it.each([
    ['a path that climbs out', '/../outside.js', 404],
    ['an encoded path that climbs out', '/%2e%2e%2foutside.js', 404],
    ['an encoded climb into a neighbour with the same beginning', '/..%2frenderer-other/index.html', 404],
    ['a link that leads out', '/link.js', 404],
    ['an absolute path', '//etc/passwd', 404],
    ['a folder', '/assets', 404],
    ['a file of a type that is no part of a page', '/assets/secret.db', 404],
    ['a path with a zero byte', '/index.html%00.js', 404],
    ['a path that is no UTF-8', '/%ff.js', 404],
    ['a file that is not there', '/nothing.js', 404],
    ['another host', 'app://other/index.html', 403],
    ['another scheme', 'https://stepscope/index.html', 403],
  ])('refuses %s', async (_what, path, status) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  });

  it('takes no method that writes', async () => {
    expect((await ask('/index.html', 'POST')).status).toBe(405);
    expect((await ask('/index.html', 'DELETE')).status).toBe(405);
  });
});
