import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { ExpectedError } from '../../model';

/** Read at a time: where data is damaged, what is left of such a piece is unpacked byte by byte. */
const PACKED_BLOCK_BYTES = 1 << 16;
const UNPACKED_BLOCK_BYTES = 1 << 20;

/** What a packed file holds. Of damaged data, or of a file with something else behind it, all that comes before; then it throws. */
export async function* unpacked(
  path: string,
  compression: 'gzip' | 'zstd',
  {
    signal,
    passed,
  }: { readonly signal: AbortSignal; readonly passed?: ((bytes: number) => void) | undefined },
): AsyncGenerator<Buffer, void, void> {
  const packed = new PackedBytes(path, passed);
  const blocks = packed.counted(packedBlocks(path, signal));
  const bytes =
    compression === 'zstd' ? unzstd(blocks, packed) : packed.bounded(gunzip(path, blocks, signal));
  yield* translated(path, bytes);
}

function packedBlocks(path: string, signal: AbortSignal): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: PACKED_BLOCK_BYTES, signal });
}

/** More than real traces are packed, less than a bomb. */
const MOST_TIMES_PACKED = 500;
/** Less than this is no harm, however it was packed. */
const HARMLESS_BYTES = 128_000_000;

/** Stops at a file that is made to unpack to more than anybody has. */
class PackedBytes {
  private packed = 0;
  private unpacked = 0;

  constructor(
    private readonly path: string,
    private readonly passed?: (bytes: number) => void,
  ) {}

  async *counted(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
    for await (const block of blocks) {
      this.packed += block.length;
      this.passed?.(block.length);
      yield block;
    }
  }

  async *bounded(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
    for await (const block of blocks) {
      this.count(block.length);
      yield block;
    }
  }

  /** Throws when it is too much. */
  count(bytes: number): void {
    this.unpacked += bytes;
    if (this.unpacked > HARMLESS_BYTES && this.unpacked > MOST_TIMES_PACKED * this.packed)
      throw packedDamage(this.path, `it unpacks to more than ${MOST_TIMES_PACKED} times its size`);
  }
}

/** The data is cut off or wrong; what came before is good. */
function packedDamage(path: string, what: string, cause?: unknown): ExpectedError<'FORMAT_DAMAGED'> {
  return new ExpectedError(
    'FORMAT_DAMAGED',
    `${path} could not be unpacked to its end: ${what}.`,
    {
      path,
      action: 'Unpack it with a program that repairs, or open the file it was made from.',
      readable: 'what comes before',
      lost: 'the rest',
    },
    { cause },
  );
}

async function* translated(path: string, blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  try {
    yield* blocks;
  } catch (error) {
    if (!isDamage(error)) throw error;
    const isCut = error.code === 'Z_BUF_ERROR' || error.code === 0 || /EOF|end of file/i.test(error.message);
    throw packedDamage(path, isCut ? 'its end is cut off' : 'its data is damaged', error);
  }
}

/** zlib has codes that are names, the reader of zstd has numbers, the disk has names of its own. */
function isDamage(error: unknown): error is Error & { readonly code: unknown } {
  if (error instanceof ExpectedError || !(error instanceof Error) || !('code' in error)) return false;
  return typeof error.code === 'number' || String(error.code).startsWith('Z_');
}

async function* gunzip(
  path: string,
  blocks: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, void> {
  const output = createGunzip({ chunkSize: UNPACKED_BLOCK_BYTES });
  let given = 0;
  try {
    // An error of either end comes out of the loop below.
    pipeline(Readable.from(blocks), output, () => undefined);
    for await (const block of output) {
      given += block.length;
      yield block;
    }
  } catch (error) {
    if (isDamage(error)) yield* untilDamage({ path, signal, good: output.bytesWritten, given });
    throw error;
  }
}

interface Damaged {
  readonly path: string;
  readonly signal: AbortSignal;
  /** Packed bytes that were good. */
  readonly good: number;
  /** Bytes that came out of them and were given on. */
  readonly given: number;
}

/** What else comes before the damage. zlib drops what it has unpacked of the piece that it throws at, so that it gets a byte at a time. */
async function* untilDamage({ path, signal, good, given }: Damaged): AsyncGenerator<Buffer, void, void> {
  const output = createGunzip();
  let isOver = false;
  let written = () => {};
  output.on('error', () => {
    isOver = true;
    // zlib forgets who waits for a piece that it throws at.
    written();
  });
  let parts: Buffer[] = [];
  let toSkip = given;
  output.on('data', (part: Buffer) => {
    if (part.length > toSkip) parts.push(part.subarray(toSkip));
    toSkip = Math.max(0, toSkip - part.length);
  });
  const write = (piece: Buffer) =>
    new Promise<void>((done) => {
      written = done;
      output.write(piece, () => done());
    });
  let at = 0;
  for await (const block of packedBlocks(path, signal)) {
    const whole = Math.min(block.length, Math.max(0, good - at));
    if (whole > 0) await write(block.subarray(0, whole));
    for (let next = whole; next < block.length && !isOver; next += 1)
      await write(block.subarray(next, next + 1));
    yield* parts;
    if (isOver) return;
    parts = [];
    at += block.length;
  }
}

async function* unzstd(
  blocks: AsyncIterable<Buffer>,
  packed: PackedBytes,
): AsyncGenerator<Buffer, void, void> {
  let parts: Buffer[] = [];
  const stream = new Decompress((part) => {
    packed.count(part.byteLength);
    parts.push(Buffer.from(part.slice()));
  });
  for await (const block of blocks) {
    try {
      stream.push(block, false);
    } finally {
      // What comes before damage is good.
      yield* parts;
      parts = [];
    }
  }
  stream.push(new Uint8Array(), true);
  yield* parts;
}
