import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { z } from 'zod';
import type { Log } from './log';

/** A small JSON file that is read once, kept in memory and written whole. */
export interface JsonFile<T> {
  readonly value: T;
  /** False until something was written, now or in an earlier run. */
  readonly existed: boolean;
  write(value: T): void;
}

/** What cannot be read is set aside as `.damaged`; the schema's defaults take its place. */
export function openJsonFile<T>(path: string, schema: z.ZodType<T>, log: Log): JsonFile<T> {
  const existed = existsSync(path);
  let value = readValue(path, schema, log);
  return {
    existed,
    get value() {
      return value;
    },
    write: (next) => {
      value = next;
      writeAtomically(path, `${JSON.stringify(next, null, 2)}\n`);
    },
  };
}

function readValue<T>(path: string, schema: z.ZodType<T>, log: Log): T {
  if (!existsSync(path)) return schema.parse({});
  const result = schema.safeParse(parsed(readFileSync(path, 'utf8')));
  if (result.success) return result.data;
  log('file.damaged', { path, reason: result.error.issues[0]?.message });
  renameSync(path, `${path}.damaged`);
  return schema.parse({});
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Beside and renamed: a crash leaves the old file or the new one. Readable by the owner only. */
export function writeAtomically(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  const file = openSync(beside, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
