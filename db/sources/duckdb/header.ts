/** The start of a DuckDB file: a checksum, `DUCK`, the storage version and, since 0.9, the library that wrote it. */
export interface DuckDbHeader {
  readonly storageVersion: number;
  /** E.g. `v1.1.4`; null in files older than 0.9. */
  readonly writer: string | null;
}

const MAGIC_OFFSET = 8;
const VERSION_OFFSET = 12;
const WRITER_OFFSET = 52;
const WRITER_BYTES = 32;

export function isDuckDb(head: Uint8Array): boolean {
  return Buffer.from(head).toString('latin1', MAGIC_OFFSET, MAGIC_OFFSET + 4) === 'DUCK';
}

/** Undefined: the file ends within its header. */
export function readHeader(head: Uint8Array): DuckDbHeader | undefined {
  if (head.length < WRITER_OFFSET + WRITER_BYTES) return undefined;
  const bytes = Buffer.from(head);
  const text = bytes.toString('latin1', WRITER_OFFSET, WRITER_OFFSET + WRITER_BYTES);
  const writer = /^v\d[\w.-]*/.exec(text)?.[0] ?? null;
  return { storageVersion: Number(bytes.readBigUInt64LE(VERSION_OFFSET)), writer };
}
