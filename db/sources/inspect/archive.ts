import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ExpectedError } from '../../model';
import { decodeEntry, EntryProblem, UnpackBudget } from './decode-entry';
import { salvageEntries } from './salvage';

export interface ArchiveEntry {
  /** Throws EntryProblem. */
  read(): Promise<Buffer>;
}

/** The files in an `.eval`, by name. Nothing is ever written to disk. */
export interface Archive extends AsyncDisposable {
  readonly entries: ReadonlyMap<string, ArchiveEntry>;
  /** What is wrong with it as a whole. */
  readonly problems: readonly { readonly at: string; readonly message: string }[];
}

const MOST_ENTRIES = 1_000_000;

export async function openArchive(path: string, signal: AbortSignal): Promise<Archive> {
  const { size } = await stat(path);
  const budget = new UnpackBudget(Math.max(1e9, 300 * size));
  try {
    return await openWithDirectory(path, budget, signal);
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return openWithoutDirectory(path, budget, { reason, size, signal });
  }
}

async function openWithDirectory(path: string, budget: UnpackBudget, signal: AbortSignal): Promise<Archive> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false });
  const entries = new Map<string, ArchiveEntry>();
  const problems: { at: string; message: string }[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted();
      const name = entry.fileNameRaw.toString('utf8');
      if (isOutside(name))
        problems.push({
          at: name,
          message: 'The name of an entry leads out of the archive: it was not read.',
        });
      else if (entries.size >= MOST_ENTRIES) throw new Error(`it lists more than ${MOST_ENTRIES} entries`);
      else if (!name.endsWith('/')) entries.set(name, { read: () => readEntry(zip, entry, budget) });
    }
  } catch (error) {
    zip.close();
    throw error;
  }
  return {
    entries,
    problems,
    async [Symbol.asyncDispose]() {
      zip.close();
    },
  };
}

async function readEntry(zip: ZipFile, entry: Entry, budget: UnpackBudget): Promise<Buffer> {
  if (entry.isEncrypted()) throw new EntryProblem('The entry is encrypted: it was not read.');
  const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false }).catch((error: unknown) => {
    throw new EntryProblem(
      `The entry is damaged: ${error instanceof Error ? error.message : String(error)}.`,
    );
  });
  return decodeEntry(packed, { method: entry.compressionMethod, crc: entry.crc32 }, budget);
}

/** The list of contents stands at the end, and is what a cut-off archive lacks: each entry has a header of its own too. */
async function openWithoutDirectory(
  path: string,
  budget: UnpackBudget,
  of: { readonly reason: string; readonly size: number; readonly signal: AbortSignal },
): Promise<Archive> {
  const { found, lost } = await salvageEntries(path, of.size, of.signal);
  const lostText = lost === null ? 'what came after it' : `${lost} and what came after it`;
  if (found.length === 0) {
    throw new ExpectedError('FORMAT_DAMAGED', `${path} is damaged: ${of.reason}.`, {
      path,
      action: 'Copy it again from where it was written.',
      readable: 'nothing',
      lost: 'everything',
    });
  }
  const entries = new Map<string, ArchiveEntry>();
  for (const { name, start, length, method, crc } of found) {
    if (isOutside(name)) continue;
    const packed = () =>
      length === 0
        ? Readable.from([])
        : createReadStream(path, { start, end: start + length - 1, signal: of.signal });
    entries.set(name, { read: () => decodeEntry(packed(), { method, crc }, budget) });
  }
  const message = `The archive breaks off without its list of contents (${of.reason}). ${found.length} entries were read by their own headers; ${lostText} is lost.`;
  return { entries, problems: [{ at: 'end', message }], async [Symbol.asyncDispose]() {} };
}

function isOutside(name: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:)/.test(name) || name.split(/[\\/]/).includes('..');
}
