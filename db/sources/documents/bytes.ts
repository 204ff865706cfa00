import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { gunzipSync, constants as zlib } from 'node:zlib';
import { Decompress, decompress } from 'fzstd';
import { unpacked } from './unpack';

/** How the bytes of a text are packed; UTF-16, which PowerShell and Excel write, is one way. */
export type Compression = 'gzip' | 'zstd' | Utf16;
export type Utf16 = 'utf-16le' | 'utf-16be';

const BLOCK_BYTES = 1 << 20;
const SMALLEST_BLOCK_BYTES = 1 << 12;

/** What a file's first bytes say. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const isUtf32 = head[2] === 0 && head[3] === 0;
  if (head[0] === 0xff && head[1] === 0xfe && !isUtf32) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const isZstd = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  // A frame to be skipped: pzstd writes one before each of its own.
  const isSkippable =
    ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18;
  return isZstd || isSkippable ? 'zstd' : undefined;
}

/** The beginning of what a compressed beginning holds; empty when nothing of it comes out. At most `most` bytes. */
export function decompressHead(head: Uint8Array, most: number): Uint8Array {
  const compression = compressionOf(head);
  if (compression === undefined) return head;
  try {
    if (compression === 'gzip') return gzipHead(head, most);
    if (compression === 'zstd') return zstdHead(head, most);
    return Buffer.from(new TextDecoder(compression).decode(head));
  } catch {
    return new Uint8Array();
  }
}

/** Less of a beginning has no damage in it, or nothing behind the packed data. */
const LEAST_PACKED_BYTES = 64;

function gzipHead(head: Uint8Array, most: number): Uint8Array {
  const options = { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: 64 * most };
  for (let length = head.length; ; length = Math.floor(length / 2)) {
    try {
      return gunzipSync(head.subarray(0, length), options).subarray(0, most);
    } catch (error) {
      if (length < 2 * LEAST_PACKED_BYTES) throw error;
    }
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

/**
 * `isPassing`: a block is overwritten when the next is asked for. A new one of a megabyte each time costs as much as reading it: the system
 * clears its pages first, and the garbage collector counts it.
 */
interface BlockOptions {
  readonly isPassing?: boolean;
  /** Told of the file's own bytes, packed as they are. */
  readonly passed?: ((bytes: number) => void) | undefined;
}

/** The bytes of a file in blocks, decompressed by what its first bytes are. The file is closed at the end and on every throw. */
export async function* bytesOf(
  path: string,
  signal: AbortSignal,
  { isPassing = false, passed }: BlockOptions = {},
): AsyncGenerator<Buffer, void, void> {
  const compression = compressionOf(headOf(path, MARK_BYTES));
  if (compression === undefined) {
    yield* plainBytesOf(path, { signal, from: 0, isPassing, passed });
    return;
  }
  if (compression === 'utf-16le' || compression === 'utf-16be') {
    yield* recoded(plainBytesOf(path, { signal, from: 0, isPassing: true, passed }), compression);
    return;
  }
  yield* unpacked(path, compression, { signal, passed });
}

/**
 * The bytes of a file that is not compressed, from a place on. Read without waiting: readers have a thread of their own, and ten thousand
 * small files would spend their time in the queue for the pool of threads.
 */
export function* plainBytesOf(
  path: string,
  {
    signal,
    from,
    isPassing = false,
    passed,
  }: { readonly signal: AbortSignal; readonly from: number } & BlockOptions,
): Generator<Buffer, void, void> {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    let block: Buffer | undefined;
    for (let at = from; ; ) {
      signal.throwIfAborted();
      const room = Math.min(BLOCK_BYTES, Math.max(SMALLEST_BLOCK_BYTES, size - at + 1));
      if (!isPassing || block === undefined || block.length < room) block = Buffer.allocUnsafeSlow(room);
      const length = readSync(file, block, 0, room, at);
      if (length === 0) return;
      at += length;
      passed?.(length);
      yield block.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

function* recoded(blocks: Iterable<Buffer>, encoding: Utf16): Generator<Buffer, void, void> {
  const decoder = new TextDecoder(encoding);
  for (const block of blocks) yield Buffer.from(decoder.decode(block, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** Tell what packed a file. */
const MARK_BYTES = 4;

/** What a file begins with, read without waiting as all of it. */
export function headOf(path: string, length: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(length);
    return head.subarray(0, readSync(file, head, 0, length, 0));
  } finally {
    closeSync(file);
  }
}
