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

const QUOTE = 34;
const BACKSLASH = 92;

/** The text up to its last whole member or element, with every bracket closed. */
function closeText(text: string): string | undefined {
  const open: string[] = [];
  /** Up to here, with these brackets open, the text is whole. */
  let end = -1;
  let openAtEnd = '';
  const mark = (at: number) => {
    end = at;
    openAtEnd = open.join('');
  };
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (at === -1) break;
      continue;
    }
    const character = text[at];
    if (character === '{' || character === '[') {
      open.push(character);
      mark(at + 1);
    } else if (character === '}' || character === ']') {
      open.pop();
      mark(at + 1);
      if (open.length === 0) break;
    } else if (character === ',') mark(at);
  }
  if (end === -1) return undefined;
  const closers = [...openAtEnd].reverse().map((bracket) => (bracket === '{' ? '}' : ']'));
  return text.slice(0, end) + closers.join('');
}

/** Place of the closing quote; -1: there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return -1;
}
