import { parseJson } from '../documents';

export interface Parsed {
  readonly value: unknown;
  /** The text ended in the middle: the value is what came before. */
  readonly isCut: boolean;
}

/** JSON text → value; text that breaks off → what came before it breaks off. Undefined: no JSON at all. */
export function parsePartial(text: string): Parsed | undefined {
  const whole = attempt(text);
  if (whole !== undefined) return { value: whole.value, isCut: false };
  const closed = closeText(text);
  const part = closed === undefined ? undefined : attempt(closed);
  return part === undefined ? undefined : { value: part.value, isCut: true };
}

function attempt(text: string): { value: unknown } | undefined {
  try {
    return { value: parseJson(text) };
  } catch {
    return undefined;
  }
}

const NUL = 0;
const LAST_ASCII = 0x7e;
const QUOTE = 34;
const BACKSLASH = 92;

/** An open bracket and those around it: nothing is copied where a text nests a hundred thousand of them. */
interface Open {
  readonly closer: '}' | ']';
  readonly around: Open | undefined;
}

/** The text up to its last whole member or element before it ends or is no JSON any more (NUL bytes), with every bracket closed. */
function closeText(text: string): string | undefined {
  let open: Open | undefined;
  /** Up to here, with these brackets open, the text is whole. */
  let whole: { readonly end: number; readonly open: Open | undefined } | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Nothing beyond ASCII stands outside of texts.
    if (code === NUL || code > LAST_ASCII) break;
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (at === -1) break;
      continue;
    }
    const character = text[at];
    if (character === '{' || character === '[') {
      open = { closer: character === '{' ? '}' : ']', around: open };
      whole = { end: at + 1, open };
    } else if (character === '}' || character === ']') {
      open = open?.around;
      whole = { end: at + 1, open };
      if (open === undefined) break;
    } else if (character === ',') whole = { end: at, open };
  }
  if (whole === undefined) return undefined;
  const closers: string[] = [];
  for (let left = whole.open; left !== undefined; left = left.around) closers.push(left.closer);
  return text.slice(0, whole.end) + closers.join('');
}

/** Place of the closing quote; -1: there is none before the text ends or breaks. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === NUL) return -1;
    else if (code === QUOTE) return at;
  }
  return -1;
}
