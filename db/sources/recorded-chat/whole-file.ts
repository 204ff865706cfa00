import { ExpectedError } from '../../model';
import { bytesOf, type DocumentFile, isTooMuch, mostDocumentBytes } from '../documents';
import { type Parsed, parsePartial } from './partial-json';

/** A larger document is not even looked into. */
const largestDocumentBytes = 256_000_000;

/** A larger list of records is read one by one. */
export const largestInOnePiece = 64_000_000;

/** The text of a file, decompressed; bytes that are no UTF-8 become the replacement character. */
async function readText(file: Pick<DocumentFile, 'path' | 'name' | 'signal'>): Promise<string> {
  const blocks: Buffer[] = [];
  let length = 0;
  for await (const block of bytesOf(file.path, file.signal)) {
    length += block.length;
    if (length > largestDocumentBytes) throw tooLarge(file.name);
    blocks.push(block);
  }
  const bytes = Buffer.concat(blocks);
  if (isTooMuch(bytes, mostDocumentBytes)) throw tooLarge(file.name);
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

/** A file that is one JSON value; one that breaks off gives what came before. */
export async function readDocument(file: Pick<DocumentFile, 'path' | 'name' | 'signal'>): Promise<Parsed> {
  const parsed = parsePartial(await readText(file));
  if (parsed !== undefined) return parsed;
  throw new ExpectedError('FORMAT_DAMAGED', `${file.name} is no JSON.`, {
    path: file.path,
    action: 'Export it again, or open another file.',
    readable: 'nothing',
    lost: 'everything',
  });
}

function tooLarge(name: string): ExpectedError<'FORMAT_DAMAGED'> {
  return new ExpectedError(
    'FORMAT_DAMAGED',
    `${name} is one JSON value that takes more memory than there is for one.`,
    {
      path: name,
      action: 'Export it as JSON lines, or in parts.',
      readable: 'nothing',
      lost: 'everything',
    },
  );
}
