import type { DocumentRows } from './documents';

/** Where a reader says what its format never had, or not yet. */
export type KindRows = Pick<DocumentRows, 'warnOnce'>;

const LONGEST_KIND = 80;

/** An entry whose kind nobody knows is shown as it is; that there are such is told once for all files, with their number. */
export function sayUnknownKind(rows: KindRows, what: string, kind: string, at: number | string): void {
  const shown = kind.length > LONGEST_KIND ? `${kind.slice(0, LONGEST_KIND)}…` : kind;
  rows.warnOnce(`${what} of the kind “${shown}” are not known: they are shown as they are.`, at);
}
