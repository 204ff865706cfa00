import { isUtf8 } from 'node:buffer';
import { ExpectedError } from '../../model';
import { bytesOf, type DocumentFile, type DocumentRows, isTooMuch, mostDocumentBytes } from '../documents';
import { type Parsed, parsePartial } from './partial-json';

/** A larger document is not even looked into. */
const largestDocumentBytes = 256_000_000;

/** A larger list of records is read one by one. */
export const largestInOnePiece = 64_000_000;

type WholeFile = Pick<DocumentFile, 'path' | 'name' | 'signal'>;
type WarningRows = Pick<DocumentRows, 'warn'>;

/** The text of a file, decompressed; bytes that are no UTF-8 become the replacement character. */
async function readText(file: WholeFile, rows: WarningRows): Promise<string> {
  const blocks: Buffer[] = [];
  let length = 0;
  for await (const block of bytesOf(file.path, file.signal)) {
    length += block.length;
    if (length > largestDocumentBytes) throw tooLarge(file.name);
    blocks.push(block);
  }
  const bytes = Buffer.concat(blocks);
  if (isTooMuch(bytes, mostDocumentBytes)) throw tooLarge(file.name);
  if (!isUtf8(bytes)) rows.warn('Bytes that are no UTF-8 were replaced.');
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

/** A file that is one JSON value; one that breaks off gives what came before, and says so. */
export async function readDocument(file: WholeFile, rows: WarningRows): Promise<Parsed> {
  const parsed = parsePartial(await readText(file, rows));
  if (parsed?.isCut) rows.warn('The file breaks off: what came before is shown.', 'end');
  if (parsed !== undefined) return parsed;
  throw new ExpectedError('FORMAT_DAMAGED', `${file.name} is no JSON.`, {
    path: file.path,
    action: 'Export it again, or open another file.',
    readable: 'nothing',
    lost: 'everything',
  });
}

export function tooLarge(name: string): ExpectedError<'FORMAT_DAMAGED'> {
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
