import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';

export interface SalvagedEntry {
  readonly name: string;
  /** Of its packed bytes. */
  readonly start: number;
  readonly length: number;
  readonly method: number;
  /** 0: not known. */
  readonly crc: number;
}

const HEADER = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const HEADER_BYTES = 30;
const DEFLATE = 8;
const IN_ZIP64 = 0xffffffff;

/** The entries of a cut-off archive, one after the other by their own headers, as far as they are whole. `lost`: the one that is not. */
export async function salvageEntries(
  path: string,
  size: number,
  signal: AbortSignal,
): Promise<{ found: SalvagedEntry[]; lost: string | null }> {
  await using file = await open(path, 'r');
  const found: SalvagedEntry[] = [];
  for (let at = 0; at + HEADER_BYTES <= size; ) {
    signal.throwIfAborted();
    const header = await headerAt(file, at);
    if (header === undefined) return { found, lost: null };
    const isSaidAfter = (header.flags & 8) !== 0 && header.length === 0;
    const length = isSaidAfter ? await measure(path, header, signal) : header.length;
    if (length === undefined || header.start + length > size) return { found, lost: header.name };
    const { name, start, method, crc } = header;
    found.push({ name, start, length, method, crc: isSaidAfter ? 0 : crc });
    at = start + length;
    if ((header.flags & 8) !== 0) at = await afterDescriptor(file, at);
  }
  return { found, lost: null };
}

interface Header {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly start: number;
  readonly length: number;
}

async function headerAt(file: FileHandle, at: number): Promise<Header | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, at);
  if (bytesRead < HEADER_BYTES || buffer.readUInt32LE(0) !== HEADER) return undefined;
  const nameLength = buffer.readUInt16LE(26);
  const extraLength = buffer.readUInt16LE(28);
  const rest = Buffer.alloc(nameLength + extraLength);
  const { bytesRead: restRead } = await file.read(rest, 0, rest.length, at + HEADER_BYTES);
  if (restRead < rest.length) return undefined;
  const length = buffer.readUInt32LE(18);
  return {
    name: rest.toString('utf8', 0, nameLength),
    flags: buffer.readUInt16LE(6),
    method: buffer.readUInt16LE(8),
    crc: buffer.readUInt32LE(14),
    start: at + HEADER_BYTES + rest.length,
    length: length === IN_ZIP64 ? zip64Length(rest.subarray(nameLength)) : length,
  };
}

/** The packed size in the extra field of large archives: it follows the unpacked one. */
function zip64Length(extra: Buffer): number {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1 && length >= 16 && at + 20 <= extra.length)
      return Number(extra.readBigUInt64LE(at + 12));
  }
  return Number.MAX_SAFE_INTEGER;
}

/** Where a deflated entry ends, found by unpacking it; undefined: it does not. */
async function measure(path: string, header: Header, signal: AbortSignal): Promise<number | undefined> {
  if (header.method !== DEFLATE) return undefined;
  const packed = createReadStream(path, { start: header.start, signal });
  const inflate = createInflateRaw();
  packed.on('error', (error) => inflate.destroy(error));
  packed.pipe(inflate);
  try {
    for await (const _block of inflate) signal.throwIfAborted();
    return inflate.bytesWritten;
  } catch {
    signal.throwIfAborted();
    return undefined;
  } finally {
    packed.destroy();
  }
}

/** Sizes behind the data: 12 bytes, 20 in large archives, 4 more with a mark. */
async function afterDescriptor(file: FileHandle, at: number): Promise<number> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(28), 0, 28, at);
  if (bytesRead < 4) return at;
  const marked = buffer.readUInt32LE(0) === DESCRIPTOR ? 4 : 0;
  for (const length of [12 + marked, 20 + marked])
    if (bytesRead >= length + 4 && (buffer.readUInt32LE(length) & 0xffff) === 0x4b50) return at + length;
  return at + 12 + marked;
}
