import { isAscii, isUtf8 } from 'node:buffer';
import { bytesOf } from './bytes';
import { parseJson } from './json';
import { type CutPlace, type ElementPath, JsonCutter } from './json-cutter';
import { longestLineBytes } from './lines';
import { isTooMuch, takesTooMuch } from './memory';
import { Siblings } from './siblings';
import type { DocumentFile, DocumentRows } from './types';

/** Members beside the elements, and their names, mostly say the same again and again: short ones are parsed once, as one value. */
const LONGEST_KEPT = 4_000;
const MOST_KEPT = 1_000;

/** A longer element is passed over, located. */
export const longestElementBytes = longestLineBytes;

export interface JsonElement {
  /** From 0, over the whole file. */
  readonly ordinal: number;
  /** Byte in the (decompressed) file where it begins. */
  readonly offset: number;
  readonly text: string;
  /** The objects around it, the document first: their other members, as far as they were read. One and the same map as long as it is the same object. */
  readonly around: readonly JsonMembers[];
}

export type JsonMembers = ReadonlyMap<string, unknown>;

export interface ReadElements {
  /** The other members of the document (of the last one, where a file holds several). */
  readonly rest: JsonMembers;
  readonly elements: number;
  /** False when it is cut off, or is no JSON from some place on; that place has been said. */
  readonly isWhole: boolean;
}

export interface ElementOptions {
  /** A quicker way for elements that it knows by their bytes: where the one that begins here ends; -1: it is to be parsed. */
  readonly takeBytes?: (block: Buffer, at: number, place: Pick<CutPlace, 'offset' | 'around'>) => number;
}

/**
 * Reads the elements of an array in a JSON document of any size. `path` names the members that lead to it, each an object or an array of
 * objects, the last the array itself: `['data', 'spans']` is `data[].spans[]`; a list where a member has several names. An empty path is the document itself, an array, or objects one after the other.
 * Several documents in one file (lines, or an array of them) are read one after the other. A document that ends too early gives every
 * element that is whole.
 */
export async function eachElement(
  file: Pick<DocumentFile, 'path' | 'signal' | 'passed'>,
  rows: Pick<DocumentRows, 'skip' | 'warn' | 'flushWhenFull'>,
  path: ElementPath,
  take: (value: unknown, element: JsonElement) => void,
  { takeBytes }: ElementOptions = {},
): Promise<ReadElements> {
  let elements = 0;
  const siblings = new Siblings();
  const members = new Map<string, unknown>();
  const cutter = new JsonCutter(path, {
    longestElementBytes,
    elementIn(block, at, { offset, around }) {
      const taken = takeBytes?.(block, at, { offset, around }) ?? -1;
      if (taken !== -1) {
        elements += 1;
        return taken;
      }
      const end = siblings.endOf(block, at);
      if (end === -1) return -1;
      const bytes = block.subarray(at, end);
      if (isTooMuch(bytes)) return -1;
      const text = textOf(bytes);
      if (MAY_BE_LONG.test(text)) return -1;
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        return -1;
      }
      sayReplaced(text, bytes, offset);
      const ordinal = elements;
      elements += 1;
      take(value, { ordinal, offset, text, around });
      return end;
    },
    element(bytes, { offset, around, hasLongNumber }) {
      const ordinal = elements;
      elements += 1;
      if (bytes === undefined) {
        rows.skip(`byte ${offset}`, `An element is longer than ${longestElementBytes / 1_000_000} MB.`);
        return;
      }
      if (isTooMuch(bytes)) {
        rows.skip(`byte ${offset}`, takesTooMuch);
        return;
      }
      const text = textOf(bytes);
      let value: unknown;
      try {
        value = hasLongNumber ? parseJson(text) : JSON.parse(text);
      } catch {
        rows.skip(`byte ${offset}`, 'An element is no JSON.');
        return;
      }
      sayReplaced(text, bytes, offset);
      take(value, { ordinal, offset, text, around });
    },
    member(bytes, offset) {
      if (bytes === undefined || isTooMuch(bytes)) {
        rows.warn('A member of the document is too long and was passed over.', `byte ${offset}`);
        return undefined;
      }
      const text = textOf(bytes);
      if (members.has(text)) return members.get(text);
      try {
        const value = parseJson(text);
        if (text.length <= LONGEST_KEPT && members.size < MOST_KEPT) members.set(text, value);
        return value;
      } catch {
        rows.skip(`byte ${offset}`, 'A member of the document is no JSON.');
        return undefined;
      }
    },
  });
  const passed = (bytes: number) => file.passed(bytes);
  for await (const block of bytesOf(file.path, file.signal, { isPassing: true, passed })) {
    cutter.push(block);
    await rows.flushWhenFull();
    if (cutter.failedAt !== undefined) break;
  }
  function sayReplaced(text: string, bytes: Buffer, offset: number): void {
    if (text.includes('\ufffd') && !isUtf8(bytes))
      rows.warn('Bytes that are no UTF-8 were replaced.', `byte ${offset}`);
  }
  const { failedAt } = cutter;
  if (failedAt !== undefined) rows.skip(`byte ${failedAt}`, 'The document is no JSON from here on.');
  else if (!cutter.isWhole) {
    const where = cutter.isInElement ? 'in the middle of an element' : 'before its end';
    rows.skip(`byte ${cutter.offset}`, `The document breaks off ${where}.`);
  }
  return { rest: cutter.rest, elements, isWhole: cutter.isWhole };
}

/** A whole number beyond 2^53 outside of strings, or (rarely) something like it inside. Written out, as in `json.ts`. */
const MAY_BE_LONG = /[^"\d.]\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d/;

/** Most are ASCII: their text is a plain copy. */
function textOf(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8');
}

/** The objects around the elements, in order, with all their other members: for what stands behind the elements that need it. One quick pass. */
export async function eachAround(
  file: Pick<DocumentFile, 'path' | 'signal'>,
  path: ElementPath,
  take: (around: readonly JsonMembers[]) => void,
): Promise<void> {
  let owner: JsonMembers | undefined;
  const cutter = new JsonCutter(path, {
    longestElementBytes: 0,
    element(_bytes, { around }) {
      if (around.at(-1) === owner) return;
      owner = around.at(-1);
      take([...around]);
    },
    member(bytes) {
      try {
        return bytes === undefined ? undefined : parseJson(bytes.toString('utf8'));
      } catch {
        return undefined;
      }
    },
  });
  for await (const block of bytesOf(file.path, file.signal, { isPassing: true })) {
    cutter.push(block);
    if (cutter.failedAt !== undefined) break;
  }
}
