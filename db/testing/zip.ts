import { constants, crc32, deflateRawSync } from 'node:zlib';

export interface ZipFileEntry {
  readonly name: string;
  readonly content: string | Buffer;
  readonly method?: 'deflate' | 'stored' | 'zstd';
  /** Its sizes stand behind the data, as a writer that cannot go back leaves them. */
  readonly isStreamed?: boolean;
  /** The content so many times over, packed once: what a bomb is made of. */
  readonly repeated?: number;
  /** What the archive says instead of the truth. */
  readonly declaredSize?: number;
}

const METHODS = { stored: 0, deflate: 8, zstd: 93 } as const;

/** For tests: a zip archive, as honest as its entries are. */
export function makeZip(entries: readonly ZipFileEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = entryBytes(entry, offset);
    parts.push(local);
    directory.push(central);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}

function entryBytes(
  { name, content, method = 'deflate', isStreamed = false, declaredSize, repeated }: ZipFileEntry,
  offset: number,
): { local: Buffer; central: Buffer } {
  const data = Buffer.from(content);
  const packed = repeated === undefined ? pack(data, method) : packRepeated(data, repeated);
  const nameBytes = Buffer.from(name);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32(data), 0);
  sizes.writeUInt32LE(packed.length, 4);
  sizes.writeUInt32LE(declaredSize ?? data.length, 8);
  const common = Buffer.alloc(10);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(isStreamed ? 8 : 0, 2);
  common.writeUInt16LE(METHODS[method], 4);
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(nameBytes.length, 0);
  const descriptor = isStreamed ? [Buffer.from('PK\x07\x08', 'latin1'), sizes] : [];
  const local = [
    Buffer.from('PK\x03\x04', 'latin1'),
    common,
    isStreamed ? Buffer.alloc(12) : sizes,
    lengths,
    nameBytes,
    packed,
    ...descriptor,
  ];
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(offset, 10);
  const made = Buffer.from([20, 0]);
  const central = [Buffer.from('PK\x01\x02', 'latin1'), made, common, sizes, lengths, tail, nameBytes];
  return { local: Buffer.concat(local), central: Buffer.concat(central) };
}

function pack(data: Buffer, method: keyof typeof METHODS): Buffer {
  if (method === 'stored') return data;
  return method === 'deflate' ? deflateRawSync(data) : zstdOf(data);
}

/** Deflated blocks follow each other; the last, empty one ends them. */
function packRepeated(data: Buffer, times: number): Buffer {
  const block = deflateRawSync(data, { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...new Array<Buffer>(times).fill(block), Buffer.from([3, 0])]);
}

/** A Zstandard frame of raw blocks: valid, and as long as what it holds. */
export function zstdOf(data: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(0xfd2fb528, 0);
  head[4] = 0xa0;
  head.writeUInt32LE(data.length, 5);
  const most = 100_000;
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < data.length; at += most) {
    const block = data.subarray(at, at + most);
    const isLast = at + most >= data.length ? 1 : 0;
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | isLast, 0, 3);
    blocks.push(header, block);
  }
  return Buffer.concat([head, ...blocks]);
}
