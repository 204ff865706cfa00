/**
 * How alike two sides of a conversation have become: the score that Pidgin records with each turn, recomputed from the texts. Five parts,
 * each 0 to 1, weighed by a profile. Source of the formula: Pidgin's convergence calculator (facts 4.3); every score recorded in real runs
 * is reproduced with the profile *structural* (`convergence.test.ts`).
 */

export const convergenceProfiles = {
  balanced: { content: 0.4, length: 0.15, sentences: 0.2, structure: 0.15, punctuation: 0.1 },
  structural: { content: 0.25, length: 0.1, sentences: 0.2, structure: 0.35, punctuation: 0.1 },
  semantic: { content: 0.6, length: 0.1, sentences: 0.15, structure: 0.1, punctuation: 0.05 },
  strict: { content: 0.5, length: 0.05, sentences: 0.15, structure: 0.25, punctuation: 0.05 },
} as const satisfies Record<string, Record<ConvergencePart, number>>;

export type ConvergenceProfile = keyof typeof convergenceProfiles;
type ConvergencePart = 'content' | 'length' | 'sentences' | 'structure' | 'punctuation';

export type Side = 'a' | 'b';

/** A message of one of the two sides, in the order of the conversation. */
export interface SidedMessage {
  readonly side: Side;
  readonly text: string;
  readonly turn: number;
}

/** What the score needs of a message, counted once however many windows it stands in. Lengths are in code points. */
interface Measured {
  readonly side: Side;
  readonly text: string;
  readonly length: number;
  readonly sentences: number;
  /** Paragraphs, list items, questions, code fences. */
  readonly structure: readonly number[];
  /** `!` `,` `;` `:` dashes. */
  readonly punctuation: readonly number[];
}

/** Messages that a score looks back on: five a side. */
const WINDOW_MESSAGES = 10;

/**
 * The score after each turn, 0 to 1 in steps of 0.01, over the last ten messages; null while one side has not spoken.
 * Turns come in the order in which they first appear.
 */
export function convergenceByTurn(
  messages: readonly SidedMessage[],
  profile: ConvergenceProfile = 'structural',
): { turn: number; score: number | null }[] {
  const scores: { turn: number; score: number | null }[] = [];
  const window: Measured[] = [];
  messages.forEach((message, index) => {
    window.push(measure(message));
    if (window.length > WINDOW_MESSAGES) window.shift();
    if (messages[index + 1]?.turn !== message.turn) {
      scores.push({ turn: message.turn, score: scoreOf(window, profile) });
    }
  });
  return scores;
}

function scoreOf(window: readonly Measured[], profile: ConvergenceProfile): number | null {
  const allA = window.filter(({ side }) => side === 'a');
  const allB = window.filter(({ side }) => side === 'b');
  const count = Math.min(allA.length, allB.length);
  const lastA = allA.at(-1);
  const lastB = allB.at(-1);
  if (lastA === undefined || lastB === undefined) return null;
  const a = allA.slice(-count);
  const b = allB.slice(-count);
  const content = contentSimilarity(lastA.text.toLowerCase(), lastB.text.toLowerCase());
  // Pidgin weighs a near-copy as 0.7 + 0.3 of itself: the sum is kept for its rounding.
  if (content > 0.9) return roundHundredths(content * 0.7 + content * 0.3);
  const weights = convergenceProfiles[profile];
  return roundHundredths(
    content * weights.content +
      ratio(mean(a, lengthOf), mean(b, lengthOf)) * weights.length +
      ratio(mean(a, sentencesOf), mean(b, sentencesOf)) * weights.sentences +
      featureSimilarity(
        a,
        b,
        ({ structure }) => structure,
        () => 1,
      ) *
        weights.structure +
      featureSimilarity(a, b, ({ punctuation }) => punctuation, lengthOf) * weights.punctuation,
  );
}

const lengthOf = (message: Measured): number => message.length;
const sentencesOf = (message: Measured): number => message.sentences;

function measure({ side, text: raw }: SidedMessage): Measured {
  const text = raw
    .replace(/\*\*Agent [AB]\*\*:\s*/g, '')
    .replace(/\*\*Agent [AB]\*\*/g, '')
    .replace(/\n\s*\n\s*\n/g, '\n\n')
    .trim();
  const closed = text === '' || /[.!?]$/.test(text);
  return {
    side,
    text,
    length: codePoints(text),
    sentences: count(text, /[.!?]+\s/g) + (closed ? 0 : 1),
    structure: [
      count(text, /\n\n/g) + 1,
      count(text, /^\s*[-*•]|\d+\./gm),
      count(text, /\?/g),
      count(text, /```/g),
    ],
    punctuation: [/!/g, /,/g, /;/g, /:/g, /[-—]/g].map((mark) => count(text, mark)),
  };
}

/** The latest message of each side, in lower case. */
function contentSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  const lengthA = codePoints(a);
  const lengthB = codePoints(b);
  if (a.includes(b) || b.includes(a)) return Math.min(lengthA, lengthB) / Math.max(lengthA, lengthB);
  if (lengthA < 50 && lengthB < 50) return jaccard(new Set(a), new Set(b));
  return jaccard(wordsOf(a), wordsOf(b));
}

function wordsOf(text: string): Set<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''));
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const item of a) if (b.has(item)) shared += 1;
  const union = a.size + b.size - shared;
  return union === 0 ? 0 : shared / union;
}

/** Mean over the features of min/max of their rates; absent on both sides counts as alike, on one side as different. */
function featureSimilarity(
  a: readonly Measured[],
  b: readonly Measured[],
  featuresOf: (message: Measured) => readonly number[],
  weightOf: (message: Measured) => number,
): number {
  const ratesA = rates(a, featuresOf, weightOf);
  const ratesB = rates(b, featuresOf, weightOf);
  let sum = 0;
  ratesA.forEach((rate, index) => {
    const other = ratesB[index] ?? 0;
    sum += rate === 0 && other === 0 ? 1 : ratio(rate, other);
  });
  return sum / ratesA.length;
}

function rates(
  messages: readonly Measured[],
  featuresOf: (message: Measured) => readonly number[],
  weightOf: (message: Measured) => number,
): number[] {
  const weight = total(messages, weightOf);
  const first = messages[0];
  if (first === undefined) return [];
  return featuresOf(first).map((_, index) => {
    const sum = total(messages, (message) => featuresOf(message)[index] ?? 0);
    return weight === 0 ? 0 : sum / weight;
  });
}

/** min/max; 0 where either is 0. */
function ratio(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : Math.min(a, b) / Math.max(a, b);
}

function total(messages: readonly Measured[], of: (message: Measured) => number): number {
  return messages.reduce((sum, message) => sum + of(message), 0);
}

function mean(messages: readonly Measured[], of: (message: Measured) => number): number {
  return messages.length === 0 ? 0 : total(messages, of) / messages.length;
}

function count(text: string, pattern: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(pattern)) found += 1;
  return found;
}

function codePoints(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** To two decimals, exact ties to even, as Python's `round`: `toFixed` rounds the true value but takes exact ties up. */
function roundHundredths(value: number): number {
  // Only multiples of an eighth can lie exactly between two hundredths.
  const isTie = Number.isInteger(value * 8) && !Number.isInteger(value * 4);
  if (!isTie) return Number(value.toFixed(2));
  const lower = Math.floor(value * 100);
  return (lower % 2 === 0 ? lower : lower + 1) / 100;
}

/** Bands of a score, for its chart and its label. */
export const convergenceBands = [
  { name: 'high', from: 0.8 },
  { name: 'medium', from: 0.6 },
  { name: 'low', from: 0.4 },
] as const;
