import { z } from 'zod';
import { mapping } from '../../../db/model';
import { fingerprintOf, type KnownMappings } from '../../../db/sources';
import { openJsonFile } from '../app';

/** The mapping of each schema, the last one made. Beyond so many the oldest go. */
const MOST = 200;
const mappingsFile = z.object({ mappings: z.array(mapping).default([]) });

/** `mappings.json` in the data folder. */
export function openMappingMemory(
  path: string,
  log: (event: Readonly<Record<string, unknown>>) => void,
): KnownMappings {
  const file = openJsonFile(path, mappingsFile, (event, details) => log({ event, ...details }));
  return {
    get all() {
      return file.value.mappings;
    },
    find: (fingerprint) => file.value.mappings.find(({ schema }) => fingerprintOf(schema) === fingerprint),
    keep: (next) => {
      const fingerprint = fingerprintOf(next.schema);
      const others = file.value.mappings.filter(({ schema }) => fingerprintOf(schema) !== fingerprint);
      file.write({ mappings: [next, ...others].slice(0, MOST) });
    },
  };
}
