import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

let files = 0;

/** A new name in the folder for temporary files; the process id tells later who left it. */
export function chunkFileName(folder: string): string {
  return join(folder, `${chunkFilePrefix(threadId)}${files++}.txt`);
}

/** What the names of a thread's chunk files begin with. */
export function chunkFilePrefix(thread: number): string {
  return `chunk-${process.pid}-${thread}-`;
}
