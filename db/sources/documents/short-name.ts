import { createHash } from 'node:crypto';

/** Every row of a session carries its name: one of megabytes would fill the mirror. */
const LONGEST_NAME = 1_000;
const SHOWN = 200;
const HASHED = 16;

/** Said where a session's name is cut. */
export const namesWereCut = `Names of sessions were cut: they are longer than ${LONGEST_NAME.toLocaleString('en-US')} characters.`;

/** A name that is too long by its beginning and what tells it from others that begin like it. */
export function shortName(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  const hash = createHash('sha256').update(name).digest('base64url').slice(0, HASHED);
  return `${name.slice(0, SHOWN)}… ${hash}`;
}
