import { ExpectedError } from '../model';
import type { Place } from './types';

/** Nobody knows it: says what it looks like. */
export function unknownFormat(place: Place, path: string): ExpectedError<'FORMAT_UNKNOWN'> {
  const detected = described(place);
  return new ExpectedError('FORMAT_UNKNOWN', `${path} is ${detected}, not a trace source.`, {
    path,
    detected,
    action:
      !isPacked(place) || place.head.length === 0
        ? 'Open a trace file, a database or a folder that holds some.'
        : 'Unpack it first: databases and tables are read where they are.',
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
  ['SQLite format', 'a SQLite database'],
];

function isPacked({ compression }: Place): boolean {
  return compression === 'gzip' || compression === 'zstd';
}

/** Formats that are read as they stand in the file are not read packed. */
function described(place: Place): string {
  const inside = detect(place);
  if (!isPacked(place)) return inside;
  if (place.head.length === 0) return `a ${place.compression} archive that is damaged or empty`;
  return `${inside} packed with ${place.compression}`;
}

function detect(place: Place): string {
  if (place.kind === 'folder') return 'a folder without traces';
  if (place.size === 0) return 'an empty file';
  const head = Buffer.from(place.head).toString('latin1');
  const known = MAGICS.find(([magic]) => head.startsWith(magic));
  if (known !== undefined) return known[1];
  if (head.slice(8, 12) === 'DUCK') return 'a DuckDB database';
  return place.head.includes(0) ? 'a file of an unknown kind' : 'a text file';
}
