/** The script of the isolated world: the sandboxed preload's environment, then the application's preload in it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

function random(): string {
  return randomBytes(12).toString('hex');
}

export const isolatedWorld = 'electron-preload';
/** Known to our two scripts only: names the events between the worlds and the way out of the isolated one. */
const secret = `double${random()}`;
export const binding = `__double${random()}`;

function script(name: string): string {
  return readFileSync(join(__dirname, name), 'utf8');
}

export function mainWorldSource(): string {
  return script('inject-main.js').replace('__DOUBLE_SECRET__', () => JSON.stringify(secret));
}

export function isolatedWorldSource(preload: string | undefined): string {
  const body = preload === undefined ? '' : readFileSync(preload, 'utf8');
  const config = { secret, binding, platform: process.platform };
  return `${script('inject-preload.js')
    .replace('"__DOUBLE_CONFIG__"', () => JSON.stringify(config))
    .replace(
      '"__DOUBLE_PRELOAD__"',
      () => `function (require, module, exports, process) {${body}\n}`,
    )}\n//# sourceURL=electron-double/preload.js`;
}
