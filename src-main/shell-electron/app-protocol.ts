import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { isOwnPage, securityHeaders } from './security-policy';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

function refuse(status: number): Response {
  return new Response(null, { status, headers: securityHeaders });
}

/** The file's real path when it is a file of the build under `folder`; links and `..` that lead out are none. */
async function findFile(folder: string, pathname: string): Promise<string | undefined> {
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (name.includes('\0')) return undefined;
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, name))]);
    return file.startsWith(root + sep) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Answers `app://stepscope/…` with the files of the built renderer, read only, under the policy. */
export async function answerAppRequest(folder: string, request: Request): Promise<Response> {
  if (!isOwnPage(request.url)) return refuse(403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const { pathname } = new URL(request.url);
  const file = await findFile(folder, pathname === '/' ? '/index.html' : pathname);
  const type = file === undefined ? undefined : types[extname(file)];
  if (file === undefined || type === undefined) return refuse(404);
  const body = request.method === 'HEAD' ? null : new Uint8Array(await readFile(file));
  return new Response(body, { headers: { ...securityHeaders, 'content-type': type } });
}
