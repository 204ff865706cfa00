import { basename } from 'node:path';
import { damaged, sqliteFile } from '../sqlite';
import type { SourceFormat } from '../types';
import { openTracingV3, type V3Options } from './source';

/** tracing v3 in a SQLite or libsql file, five *dialects* told apart by their columns. */
export { openTracingV3, type V3Options };

const SQLITE_HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';

export const tracingV3: SourceFormat = {
  name: 'tracing-v3',
  async open(place, signal) {
    if (place.kind !== 'file' || Buffer.from(place.head.subarray(0, 16)).toString('latin1') !== MAGIC)
      return undefined;
    if (place.size < SQLITE_HEADER_BYTES)
      throw damaged(place.path, 'it ends within its header', 'nothing', 'every row');
    const source = await openTracingV3(
      {
        format: 'tracing-v3',
        name: basename(place.path),
        location: place.path,
        namespace: null,
        ...sqliteFile(place.path),
      },
      signal,
    );
    return source === undefined ? undefined : [source];
  },
};
