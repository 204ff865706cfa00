import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entryPath } from '../../../db/runtime';
import type { Terminal } from '../terminal';
import { locationOfArgument } from '../traces';

/** `stepscope [PATH…]`: the application, as `npm start` starts it. Resolves with its exit code; null: there is nothing to start it with. */
export async function start(terminal: Terminal, paths: readonly string[]): Promise<number | null> {
  const script = join(dirname(entryPath('cli')), '../../src-main/bootstrap/start.mjs');
  if (!existsSync(script)) return null;
  const child = spawn(process.execPath, [script, ...paths.map(locationOfArgument)], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; a SIGTERM is for us alone.
  terminal.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 0));
  });
}
