import { cp, mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DroppedItem } from '../../contract';
import { findDropped } from './find-dropped';

let top: string;
let root: string;
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'dropped-'));
  root = join(top, 'browsed');
  await mkdir(join(root, 'runs/one'), { recursive: true });
  await mkdir(join(root, 'runs/.claude/projects'), { recursive: true });
  await writeFile(join(root, 'runs/one/events.jsonl'), 'one');
});
afterEach(() => rm(top, { recursive: true, force: true }));

const find = (items: readonly DroppedItem[], known: readonly string[] = []) =>
  findDropped(items, { root, known, signal: new AbortController().signal });

/** As a browser tells it. */
async function fileAt(path: string) {
  const { size, mtimeMs } = await stat(path);
  return { name: path.slice(path.lastIndexOf('/') + 1), bytes: size, modifiedMs: Math.floor(mtimeMs) };
}

test('a dropped file is found by its name, size and time, not by its name alone', async () => {
  const file: DroppedItem = { kind: 'file', ...(await fileAt(join(root, 'runs/one/events.jsonl'))) };
  await mkdir(join(root, 'before'));
  await writeFile(join(root, 'before/events.jsonl'), 'two');
  await utimes(join(root, 'before/events.jsonl'), 1_000, 1_000);
  expect(await find([file, { ...file, bytes: 4 }, { ...file, modifiedMs: 5 }])).toEqual([
    [join(root, 'runs/one/events.jsonl')],
    [],
    [],
  ]);
});

test('a dropped folder is found by what is in it; an empty one only where nothing is', async () => {
  const path = join(root, 'runs/one');
  const folder: DroppedItem = {
    kind: 'folder',
    name: 'one',
    names: ['events.jsonl'],
    files: [await fileAt(join(path, 'events.jsonl'))],
  };
  await cp(path, join(root, 'a/one'), { recursive: true });
  await utimes(join(root, 'a/one/events.jsonl'), 1_000, 1_000);
  const empty: DroppedItem = { kind: 'folder', name: 'one', names: [], files: [] };
  const agent: DroppedItem = { kind: 'folder', name: 'projects', names: [], files: [] };
  expect(await find([folder, empty, agent])).toEqual([[path], [], [join(root, 'runs/.claude/projects')]]);
});

test('what was opened before is looked beside first, and else all copies are given, and none outside of what may be browsed', async () => {
  const outside = join(top, 'outside');
  await cp(join(root, 'runs/one'), outside, { recursive: true, preserveTimestamps: true });
  const file: DroppedItem = { kind: 'file', ...(await fileAt(join(outside, 'events.jsonl'))) };
  await rm(join(root, 'runs/one'), { recursive: true });
  await symlink(outside, join(root, 'runs/link'));
  expect(await find([file], [join(outside, 'events.jsonl')])).toEqual([[]]);
  await cp(outside, join(root, 'z/copy'), { recursive: true, preserveTimestamps: true });
  await cp(outside, join(root, 'a/copy'), { recursive: true, preserveTimestamps: true });
  const places = [join(root, 'a/copy/events.jsonl'), join(root, 'z/copy/events.jsonl')];
  expect(await find([file], [join(root, 'z/copy/other.db')])).toEqual([places.slice(1)]);
  const [copies] = await find([file]);
  expect(copies?.sort()).toEqual(places);
});
