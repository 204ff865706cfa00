import type { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { Decompress } from 'fzstd';

/** An entry that comes to more is passed over, located: parsing it would take several times its size in memory. */
export const largestEntryBytes = 128_000_000;

const STORED = 0;
const DEFLATE = 8;
const ZSTD = 93;

/** Why an entry could not be read. */
export class EntryProblem extends Error {}

/** How much may still be unpacked from an archive: what expands a thousandfold is no log. */
export class UnpackBudget {
  constructor(private bytes: number) {}

  take(bytes: number): void {
    this.bytes -= bytes;
    if (this.bytes < 0)
      throw new EntryProblem('The archive expands to more than 300 times its size: the rest was not read.');
  }
}

/** An entry's packed bytes → its content. Never holds more than `largestEntryBytes`. */
export async function decodeEntry(
  packed: Readable,
  entry: { readonly method: number; readonly crc: number },
  budget: UnpackBudget,
): Promise<Buffer> {
  const blocks: Buffer[] = [];
  let length = 0;
  const keep = (block: Uint8Array) => {
    length += block.byteLength;
    if (length > largestEntryBytes)
      throw new EntryProblem(
        `The entry holds more than ${largestEntryBytes / 1_000_000} MB: it was not read.`,
      );
    budget.take(block.byteLength);
    blocks.push(Buffer.from(block));
  };
  try {
    await unpack(packed, entry.method, keep);
  } catch (error) {
    if (error instanceof EntryProblem) throw error;
    throw new EntryProblem(
      `The entry is damaged: ${error instanceof Error ? error.message : String(error)}.`,
    );
  } finally {
    packed.destroy();
  }
  const content = Buffer.concat(blocks);
  if (entry.crc !== 0 && crc32(content) !== entry.crc)
    throw new EntryProblem('The entry is damaged: its checksum differs.');
  return content;
}

async function unpack(packed: Readable, method: number, keep: (block: Uint8Array) => void): Promise<void> {
  switch (method) {
    case STORED:
      for await (const block of packed) keep(block);
      return;
    case DEFLATE: {
      const inflate = createInflateRaw();
      packed.on('error', (error) => inflate.destroy(error));
      packed.pipe(inflate);
      for await (const block of inflate) keep(block);
      return;
    }
    case ZSTD: {
      const stream = new Decompress(keep);
      for await (const block of packed) stream.push(block, false);
      stream.push(new Uint8Array(), true);
      return;
    }
    default:
      throw new EntryProblem(`The entry is compressed in a way (${method}) that is not known.`);
  }
}
