/** First the quick look: sixteen digits in a row are rare. Written out, as the engine then skips ahead (seven times faster than `\d{16}`). */
const MANY_DIGITS = /\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d/;
const BIG = /[:[,]\s*-?\d{16,}/;

/** JSON text → value; an integer beyond 2^53 is a bigint, as nothing may be rounded. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  try {
    return parseStrict(text);
  } catch (error) {
    if (!NO_NUMBER.test(text)) throw error;
    return parseStrict(text.replace(NO_NUMBERS, (token) => (token.startsWith('"') ? token : 'null')));
  }
}

/** Python writes `NaN` and `Infinity`, which JSON does not have: they are unknown here. */
const NO_NUMBER = /(?:^|[:[,])\s*-?(?:NaN|Infinity)\b/;
const NO_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

function parseStrict(text: string): unknown {
  if (!MANY_DIGITS.test(text) || !BIG.test(text)) return JSON.parse(text);
  return JSON.parse(markBigIntegers(text), (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

/** V8 has no stack to write what nests by the thousand; nothing that was meant does. */
const DEEPEST = 500;

/** Value → JSON text; bigints as the integers they are, what nests too deep as a text. */
export function toJson(value: unknown): string {
  try {
    return written(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return written(cutBelow(value, DEEPEST));
  }
}

function cutBelow(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return 'nested too deep';
  if (Array.isArray(value)) return value.map((inner) => cutBelow(inner, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cutBelow(inner, levels - 1)]));
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    // What JSON.stringify says of a bigint; anything else (a circle) is a bug, and said again below.
    if (!(error instanceof TypeError)) throw error;
  }
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? `${mark}${inner}` : inner,
  );
  return text.replaceAll(marked, '$1');
}

/** A noncharacter: no text of a trace begins with it. */
const mark = '\uffffint:';
const marked = /"\uffffint:(-?\d+)"/g;
/** A whole string, passed over, or an integer of 16 digits and more that no string holds. */
const TOKEN = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

function markBigIntegers(text: string): string {
  return text.replace(TOKEN, (token) => {
    if (token.startsWith('"') || Number.isSafeInteger(Number(token))) return token;
    return `"${mark}${token}"`;
  });
}
