import { type DocumentFile, type DocumentRows, eachElement } from '../documents';
import { lookPastTexts } from '../long-head';
import { jsonHead } from './head';
import { largestInOnePiece, readDocument } from './whole-file';

/** The records of an export: a list, lines, or one. Where the file breaks off, what came before the break of its last record is given too. */
export async function eachRecord(
  file: DocumentFile,
  rows: DocumentRows,
  take: (value: unknown, at: string, length: number) => void,
): Promise<void> {
  let whole = 0;
  let broken: { readonly at: number | string; readonly reason: string } | undefined;
  const telling: Parameters<typeof eachElement>[1] = {
    warn: (...said) => rows.warn(...said),
    flushWhenFull: () => rows.flushWhenFull(),
    skip: (at, reason) => {
      if (/^The document breaks off\b/.test(reason)) broken = { at, reason };
      else rows.skip(at, reason);
    },
  };
  await eachElement(file, telling, [], (value, { ordinal, text }) => {
    whole = ordinal + 1;
    take(value, `[${ordinal}]`, text.length);
  });
  if (broken === undefined) return;
  const isDocument = jsonHead(await lookPastTexts(file))?.layout === 'document';
  if (!isDocument || file.size > largestInOnePiece) {
    rows.skip(broken.at, broken.reason);
    return;
  }
  const { value } = await readDocument(file, rows);
  const rest: unknown = Array.isArray(value) ? value[whole] : whole === 0 ? value : undefined;
  if (rest !== undefined) take(rest, `[${whole}]`, 0);
}
