import { ExpectedError } from '../model';
import { pidgin } from './pidgin';
import { lookAt } from './place';
import { sqld } from './sqld';
import { stepscopeParquet } from './stepscope-parquet';
import { tracingV3 } from './tracing-v3';
import type { OpenTools, Place, SourceFormat, TraceSource } from './types';

/** Every format that a path can have, in the order they are asked. A new one is a folder and a line here. */
const formats: readonly SourceFormat[] = [tracingV3, sqld, stepscopeParquet, pidgin];

/** Recognises what stands at a path, by content, and opens it. */
export async function openPath(path: string, signal: AbortSignal, tools: OpenTools): Promise<TraceSource[]> {
  const place = await lookAt(path);
  for (const format of formats) {
    const sources = await format.open(place, signal, tools);
    if (sources !== undefined) return sources;
  }
  throw unknownFormat(place, path);
}

function unknownFormat(place: Place, path: string): ExpectedError<'FORMAT_UNKNOWN'> {
  const detected = detect(place);
  return new ExpectedError('FORMAT_UNKNOWN', `${path} is ${detected}, not a trace source.`, {
    path,
    detected,
    action: 'Open a trace database, a run folder or an sqld directory.',
  });
}

const MAGICS: readonly (readonly [string, string])[] = [
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['%PDF', 'a PDF document'],
  ['PK\x03\x04', 'a zip archive'],
  ['\x1f\x8b', 'a gzip archive'],
  ['PAR1', 'a Parquet file'],
  ['\x7fELF', 'a program'],
  ['SQLite format', 'a cut-off SQLite database'],
];

function detect(place: Place): string {
  if (place.kind === 'folder') return 'a folder without traces';
  if (place.size === 0) return 'an empty file';
  const head = Buffer.from(place.head).toString('latin1');
  const known = MAGICS.find(([magic]) => head.startsWith(magic));
  if (known !== undefined) return known[1];
  if (head.slice(8, 12) === 'DUCK') return 'a DuckDB database';
  return place.head.includes(0) ? 'a file of an unknown kind' : 'a text file';
}
