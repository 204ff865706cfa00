import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;
/** One event, one line. Never trace content, never a token. */
export type Log = (event: string, fields?: LogFields) => void;

const largestBytes = 1_000_000;
const kept = 3;

/** Writes JSON lines to a file, which moves to `.1`, `.2`, `.3` when it passes a megabyte. */
export function openLog(path: string): Log {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let bytes = existsSync(path) ? statSync(path).size : 0;
  return (event, fields) => {
    const line = `${JSON.stringify({ at: new Date().toISOString(), pid: process.pid, event, ...fields })}\n`;
    if (bytes + line.length > largestBytes) {
      rotate(path);
      bytes = 0;
    }
    bytes += Buffer.byteLength(line);
    try {
      appendFileSync(path, line, { mode: 0o600 });
    } catch {
      // A full disk must not end the application because of its log.
    }
  };
}

function rotate(path: string): void {
  for (let age = kept; age > 0; age--) {
    const from = age === 1 ? path : `${path}.${age - 1}`;
    if (existsSync(from)) renameSync(from, `${path}.${age}`);
  }
}
