const foldedLines = 12;
/** Twelve lines of the transcript's column: a text without line ends folds too. */
const foldedCharacters = 1_400;

export interface FoldedText {
  readonly shown: string;
  readonly hiddenLines: number;
  readonly hiddenCharacters: number;
}

/** The first twelve lines, and what is behind the fold. `length` is the whole text's, of which only the start may be here. */
export function foldText(text: string, length: number): FoldedText {
  let end = 0;
  for (let line = 0; line < foldedLines; line += 1) {
    const next = text.indexOf('\n', end);
    if (next === -1) {
      end = text.length;
      break;
    }
    end = next + 1;
  }
  if (end < text.length) end -= 1;
  // One line more than twelve is not worth a fold.
  if (end < text.length && text.length - end < 80 && !text.slice(end + 1).includes('\n')) end = text.length;
  if (end > foldedCharacters * 1.25) end = foldedCharacters;
  const shown = text.slice(0, end);
  return { shown, hiddenLines: countLines(text.slice(end)), hiddenCharacters: Math.max(0, length - end) };
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** The value of a text that is JSON of an object or a list, whole and not enormous; else undefined. */
export function parseJson(text: string, length: number): unknown {
  if (text.length < length || text.length > 1_000_000 || !/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export interface TextPart {
  readonly at: number;
  readonly text: string;
  readonly matches: boolean;
}

const mostMatches = 500;

/** A text cut at the matches of what is looked for, without regard to case. */
export function splitMatches(text: string, needle: string): TextPart[] {
  const low = text.toLowerCase();
  const wanted = needle.toLowerCase();
  // Some letters change length in lower case; then positions would not agree, and nothing is marked.
  if (wanted === '' || low.length !== text.length) return [{ at: 0, text, matches: false }];
  const parts: TextPart[] = [];
  let from = 0;
  for (let found = 0; found < mostMatches; found += 1) {
    const at = low.indexOf(wanted, from);
    if (at === -1) break;
    if (at > from) parts.push({ at: from, text: text.slice(from, at), matches: false });
    parts.push({ at, text: text.slice(at, at + wanted.length), matches: true });
    from = at + wanted.length;
  }
  if (from < text.length || parts.length === 0)
    parts.push({ at: from, text: text.slice(from), matches: false });
  return parts;
}
