import { realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { bytesOf } from './documents';

const LINES_AROUND = 2;
const LONGEST = 4_000;

/** Some lines of a file around the one that a warning is about. */
export interface Excerpt {
  /** Real path. */
  readonly path: string;
  /** The line in question, from 1. */
  readonly line: number;
  /** Cut at 4,000 characters each. */
  readonly lines: readonly { readonly number: number; readonly text: string }[];
}

/**
 * What stands at a warning's place `file:line`, where `root` is what was opened. Null: the place is no line of a file below it, or the file
 * has changed and is shorter now.
 */
export async function excerptAt(root: string, at: string, signal: AbortSignal): Promise<Excerpt | null> {
  const [, name, number] = /^(.+):(\d+)$/.exec(at) ?? [];
  if (name === undefined || number === undefined) return null;
  const path = await fileBelow(root, name);
  if (path === undefined) return null;
  const line = Number(number);
  const lines = await linesOf(path, { first: line - LINES_AROUND, last: line + LINES_AROUND }, signal);
  return lines.some((one) => one.number === line) ? { path, line, lines } : null;
}

async function fileBelow(root: string, name: string): Promise<string | undefined> {
  const isFile = await stat(root).then(
    (found) => found.isFile(),
    () => undefined,
  );
  if (isFile === undefined) return undefined;
  if (isFile) return name === basename(root) ? root : undefined;
  const path = await realpath(join(root, name)).catch(() => undefined);
  return path?.startsWith((await realpath(root)) + sep) === true ? path : undefined;
}

async function linesOf(
  path: string,
  range: { readonly first: number; readonly last: number },
  signal: AbortSignal,
): Promise<Excerpt['lines']> {
  const found: { number: number; text: string }[] = [];
  let number = 1;
  let parts: Buffer[] = [];
  let held = 0;
  const hold = (part: Buffer) => {
    if (number < range.first || held > 4 * LONGEST) return;
    parts.push(Buffer.from(part.subarray(0, 4 * LONGEST)));
    held += part.length;
  };
  const finish = () => {
    if (number >= range.first)
      found.push({ number, text: Buffer.concat(parts).toString('utf8').slice(0, LONGEST) });
    parts = [];
    held = 0;
    number += 1;
  };
  for await (const block of bytesOf(path, signal)) {
    let start = 0;
    for (let end = block.indexOf(10); end !== -1; end = block.indexOf(10, start)) {
      hold(block.subarray(start, end));
      finish();
      start = end + 1;
      if (number > range.last) return found;
    }
    hold(block.subarray(start));
  }
  if (held > 0) finish();
  return found;
}
