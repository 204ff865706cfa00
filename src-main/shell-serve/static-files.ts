import { createReadStream, readdirSync, realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json; charset=utf-8',
};

/** Address → file, of the regular files under a folder; a link is not followed. What is not in this table cannot be asked for. */
export function listStaticFiles(folder: string): ReadonlyMap<string, string> {
  const root = realpathSync(folder);
  const files = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(root, path).split(sep).join('/')}`, path);
  }
  const page = files.get('/index.html');
  if (page !== undefined) files.set('/', page);
  return files;
}

/** Files whose name carries a hash never change; the page itself is asked for each time. */
export async function sendFile(response: ServerResponse, address: string, path: string): Promise<void> {
  const { size } = await stat(path);
  const isHashed = address.startsWith('/assets/');
  response.writeHead(200, {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'content-length': size,
    'cache-control': isHashed ? 'private, max-age=31536000, immutable' : 'no-store',
  });
  if (response.req.method === 'HEAD') response.end();
  else await pipeline(createReadStream(path), response);
}
