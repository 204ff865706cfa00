import type { Place } from '../types';
import { parsePartial } from './partial-json';

export interface Head {
  /** `lines`: one JSON value a line; `value` is the first. `document`: one value, as far as was looked at. */
  readonly layout: 'lines' | 'document';
  readonly value: unknown;
}

const heads = new WeakMap<Uint8Array, Head | 'none'>();

/** What the beginning of a JSON file says; looked into once for all formats. Undefined: no JSON. */
export function jsonHead({ head }: Pick<Place, 'head'>): Head | undefined {
  const known = heads.get(head) ?? lookInto(head) ?? 'none';
  heads.set(head, known);
  return known === 'none' ? undefined : known;
}

function lookInto(head: Uint8Array): Head | undefined {
  const text = Buffer.from(head)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (!/^[{[]/.test(text)) return undefined;
  const end = text.indexOf('\n');
  const first = end === -1 ? undefined : parsePartial(text.slice(0, end));
  if (first !== undefined && !first.isCut && text.slice(end).trim() !== '')
    return { layout: 'lines', value: first.value };
  const whole = parsePartial(text);
  return whole === undefined ? undefined : { layout: 'document', value: whole.value };
}
