import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, gunzipSync, constants as zlib } from 'node:zlib';
import { Decompress, decompress } from 'fzstd';

export type Compression = 'gzip' | 'zstd';

const BLOCK_BYTES = 1 << 20;

/** What a file's first bytes say. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const isZstd = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  return isZstd ? 'zstd' : undefined;
}

/** The beginning of what a compressed beginning holds; empty when nothing of it comes out. At most `most` bytes. */
export function decompressHead(head: Uint8Array, most: number): Uint8Array {
  const compression = compressionOf(head);
  if (compression === undefined) return head;
  try {
    if (compression === 'gzip') {
      return gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: 64 * most }).subarray(
        0,
        most,
      );
    }
    return zstdHead(head, most);
  } catch {
    return new Uint8Array();
  }
}

function zstdHead(head: Uint8Array, most: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((part) => {
    if (length < most) parts.push(part.slice());
    length += part.byteLength;
  });
  try {
    stream.push(head, false);
  } catch {
    if (length === 0) return decompress(head).subarray(0, most);
  }
  return Buffer.concat(parts).subarray(0, most);
}

/** The bytes of a file in blocks, decompressed by what its first bytes are. The file is closed at the end and on every throw. */
export async function* bytesOf(path: string, signal: AbortSignal): AsyncGenerator<Buffer, void, void> {
  const raw = createReadStream(path, { highWaterMark: BLOCK_BYTES, signal });
  let compression: Compression | undefined | 'unknown' = 'unknown';
  const blocks = raw[Symbol.asyncIterator]();
  const first = await blocks.next();
  if (first.done === true) return;
  compression = compressionOf(first.value);
  const all = rejoin(first.value, blocks);
  if (compression === undefined) yield* all;
  else if (compression === 'zstd') yield* unzstd(all);
  else yield* gunzip(all);
}

async function* rejoin(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, void> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* gunzip(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const output = createGunzip({ chunkSize: BLOCK_BYTES });
  // An error of either end comes out of the loop below.
  pipeline(Readable.from(blocks), output, () => undefined);
  for await (const block of output) yield block;
}

async function* unzstd(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let parts: Buffer[] = [];
  const stream = new Decompress((part) => parts.push(Buffer.from(part.slice())));
  for await (const block of blocks) {
    stream.push(block, false);
    yield* parts;
    parts = [];
  }
  stream.push(new Uint8Array(), true);
  yield* parts;
}
