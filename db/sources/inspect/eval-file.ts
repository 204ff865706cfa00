import { ExpectedError } from '../../model';
import { type DocumentRows, isTooMuch, takesTooMuch } from '../documents';
import { Fields, isObject, type Parsed, parsePartial } from '../recorded-chat';
import { type Archive, openArchive } from './archive';
import { chunkedFolderOf, joinSample } from './chunked-sample';
import { EntryProblem } from './decode-entry';
import { addExperiment, type LogPlace, type LogReading, placeOf } from './log';
import { addSample, addSummary } from './sample';

/** An `.eval`: a header, a file a sample, summaries of all; a log that was not finished has its journal instead of the header. */
export async function readArchive(log: LogReading): Promise<void> {
  const { file, rows } = log;
  await using archive = await openArchive(file.path, file.signal);
  for (const { at, message } of archive.problems) rows.warn(message, at);
  const reading: Reading = { ...log, archive };
  const header = await readHeader(reading);
  const place = placeOf(header, log);
  if (header !== undefined) addExperiment(header, await readJsonEntry('reductions.json', reading), place);
  const summaries = new Map((await readSummaries(reading)).map((summary) => [keyOf(summary), summary]));
  let samples = 0;
  for (const name of sampleNames(archive)) {
    file.signal.throwIfAborted();
    samples += 1;
    const sample = await readSample(name, reading, summaries, place);
    if (sample !== undefined) summaries.delete(keyOf(sample));
    await rows.flushWhenFull();
  }
  for (const summary of summaries.values()) addSummary(summary, place, 'the archive does not hold its file.');
  if (samples === 0 && summaries.size === 0) refuseEmpty(reading, header !== undefined);
}

/** One name a sample: its file, or the folder of its pieces. */
function sampleNames({ entries }: Archive): ReadonlySet<string> {
  const names = [...entries.keys()].filter((name) => /^samples\/.+\.json$/.test(name));
  return new Set(names.map((name) => chunkedFolderOf(name) ?? name));
}

interface Reading extends LogReading {
  readonly archive: Archive;
}

async function readSample(
  name: string,
  reading: Reading,
  summaries: Map<string, Fields>,
  place: LogPlace,
): Promise<Fields | undefined> {
  const { rows } = reading;
  let isCut = false;
  const readPiece = async (piece: string) => {
    const parsed = await parseEntry(piece, reading);
    isCut ||= parsed === undefined || parsed.isCut;
    return parsed?.value;
  };
  const value = name.endsWith('.json')
    ? await readPiece(name)
    : await joinSample(name, reading.archive.entries.keys(), readPiece);
  if (isObject(value)) {
    const sample = fieldsOf(value, name, rows);
    addSample(sample, place, isCut);
    return sample;
  }
  if (value !== undefined) rows.skip(name, 'The entry holds no sample.');
  // `samples/7_epoch_2.json`: its summary tells what is known of it.
  const key = /^samples\/(.+)_epoch_(\d+)(?:\.json)?$/.exec(name)?.slice(1).join('\n') ?? '';
  const summary = summaries.get(key);
  if (summary === undefined) return undefined;
  addSummary(summary, place, 'its file in the archive could not be read.');
  return summary;
}

async function readHeader(reading: Reading): Promise<Fields | undefined> {
  const { rows } = reading;
  const header = await readJsonEntry('header.json', reading);
  if (isObject(header)) return fieldsOf(header, 'header.json', rows);
  const start = await readJsonEntry('_journal/start.json', reading);
  if (!isObject(start)) {
    rows.warn(
      'The archive holds neither a header nor a journal: its samples stand without their evaluation.',
      'header.json',
    );
    return undefined;
  }
  rows.warn('The evaluation was not finished: its log has a journal and no header.', 'header.json');
  return fieldsOf({ status: 'started', ...start }, '_journal/start.json', rows);
}

async function readSummaries(reading: Reading): Promise<Fields[]> {
  const all = await readJsonEntry('summaries.json', reading);
  if (Array.isArray(all)) return objectsOf(all, 'summaries.json', reading.rows);
  const parts: Fields[] = [];
  for (const name of reading.archive.entries.keys()) {
    if (!/^_journal\/summaries\/.+\.json$/.test(name)) continue;
    const part = await readJsonEntry(name, reading);
    if (Array.isArray(part)) parts.push(...objectsOf(part, name, reading.rows));
  }
  return parts;
}

async function readJsonEntry(name: string, reading: Reading): Promise<unknown> {
  return (await parseEntry(name, reading))?.value;
}

/** Undefined: it is not there, or could not be read, which is said. */
async function parseEntry(name: string, { archive, rows, file }: Reading): Promise<Parsed | undefined> {
  const entry = archive.entries.get(name);
  if (entry === undefined) return undefined;
  let content: Buffer;
  try {
    content = await entry.read();
  } catch (error) {
    file.signal.throwIfAborted();
    if (!(error instanceof EntryProblem)) throw error;
    rows.skip(name, error.message);
    return undefined;
  }
  if (isTooMuch(content)) {
    rows.skip(name, takesTooMuch);
    return undefined;
  }
  const parsed = parsePartial(content.toString('utf8'));
  if (parsed === undefined) rows.skip(name, 'The entry is no JSON.');
  else if (parsed.isCut) rows.warn('The entry breaks off: what came before is shown.', name);
  return parsed;
}

function objectsOf(values: readonly unknown[], at: string, rows: DocumentRows): Fields[] {
  return fieldsOf({ values }, at, rows).objects('values');
}

function fieldsOf(value: Readonly<Record<string, unknown>>, at: string, rows: DocumentRows): Fields {
  return new Fields(value, at, (message, where) => rows.warn(message, where));
}

function keyOf(sample: Fields): string {
  return `${sample.name('id') ?? ''}\n${sample.name('epoch') ?? '1'}`;
}

function refuseEmpty({ file, rows, archive }: Reading, hasHeader: boolean): void {
  if (hasHeader) {
    rows.warn('The log holds no samples.', 'samples/');
    return;
  }
  throw new ExpectedError(
    'FORMAT_DAMAGED',
    `${file.name} holds nothing of an Inspect log that could be read.`,
    {
      path: file.path,
      action: 'Copy it again from where it was written.',
      readable: `the names of ${archive.entries.size} entries`,
      lost: 'header and samples',
    },
  );
}
