import { type DocumentFormat, type DocumentRows, eachElement } from '../documents';
import { lookPastTexts } from '../long-head';
import { Fields, isObject, type Json, jsonHead, largestInOnePiece, readDocument } from '../recorded-chat';
import type { Place } from '../types';
import { readArchive } from './eval-file';
import { addExperiment, isEventList, isLog, isSample, type LogPlace, type LogReading, placeOf } from './log';
import { addSample } from './sample';
import { SampleFiles } from './sample-files';

/** Inspect's logs: `.eval` archives and JSON, of all versions; unfinished ones too. */
export const inspect: DocumentFormat = {
  name: 'inspect',
  recognise(place) {
    if (isArchive(place)) return { dialect: 'eval' };
    const head = jsonHead(place);
    if (head?.layout !== 'document') return undefined;
    if (isLog(head.value)) return { dialect: 'json' };
    if (isSample(head.value)) return { dialect: 'sample' };
    return isEventList(head.value) ? { dialect: 'events' } : undefined;
  },
  openReader(rows) {
    const files = new SampleFiles();
    return {
      async readFile(file) {
        files.begin(file);
        const reading: LogReading = { file, rows, files };
        await (isArchive(await lookPastTexts(file)) ? readArchive(reading) : readJson(reading));
        rows.keep(files.kept);
      },
    };
  },
};

/** A zip whose first file is one of Inspect's, or that is named `.eval`. */
function isArchive({ head, path }: Pick<Place, 'head' | 'path'>): boolean {
  const isZip = head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
  if (!isZip) return false;
  const name = Buffer.from(head.subarray(30, 90)).toString('latin1');
  return (
    /\.eval$/i.test(path) ||
    /^(?:_journal\/|samples\/|header\.json|summaries\.json|reductions\.json)/.test(name)
  );
}

async function readJson(reading: LogReading): Promise<void> {
  const { file, rows } = reading;
  if (file.size > largestInOnePiece && isLog(jsonHead(await lookPastTexts(file))?.value)) {
    await readLargeLog(reading);
    return;
  }
  const { value, isCut } = await readDocument(file, rows);
  const document = fieldsOf(isObject(value) ? value : {}, '$', rows);
  const place = placeOf(isLog(value) ? document : undefined, reading);
  if (!isLog(value)) {
    addSample(document, place, isCut);
    return;
  }
  addExperiment(document, undefined, place);
  const samples = document.objects('samples');
  if (samples.length === 0) rows.warn('The log holds no samples.', '$.samples');
  for (const sample of samples) {
    addSample(sample, place, isCut && sample === samples.at(-1));
    await rows.flushWhenFull();
  }
}

/** Sample by sample: what a log says of itself stands before them. */
async function readLargeLog(reading: LogReading): Promise<void> {
  const { file, rows } = reading;
  let place: LogPlace | undefined;
  await eachElement(file, rows, ['samples'], (value, { ordinal, around }) => {
    const header = fieldsOf(Object.fromEntries(around[0] ?? []), '$', rows);
    if (place === undefined) {
      place = placeOf(header, reading);
      addExperiment(header, undefined, place);
    }
    if (isObject(value)) addSample(fieldsOf(value, `$.samples[${ordinal}]`, rows), place, false);
    else rows.skip(`$.samples[${ordinal}]`, 'The element is no sample.');
  });
}

function fieldsOf(value: Json, at: string, rows: DocumentRows): Fields {
  return new Fields(value, at, (message, where) => rows.warn(message, where));
}
