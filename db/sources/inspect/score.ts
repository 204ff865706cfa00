import { contentText, Fields, isObject, numberOf, type SessionRows, textIn } from '../recorded-chat';

/** Inspect's grades as numbers, as its own metrics take them. */
const GRADES: Readonly<Record<string, number>> = { C: 1, I: 0, P: 0.5, N: 0 };
const WORDS: Readonly<Record<string, number>> = { yes: 1, true: 1, no: 0, false: 0 };

/** Null: the text stands for no number. */
export function scoreNumber(value: unknown): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return numberOf(value) ?? null;
  return GRADES[value] ?? WORDS[value.toLowerCase()] ?? numberOf(value) ?? null;
}

/** The scores of a sample: a reward each; a score of several values, one for each value. */
export function addScores(
  scores: Fields | undefined,
  session: SessionRows,
  { at, eventKey = null }: { readonly at: string | null; readonly eventKey?: bigint | null },
): void {
  for (const [name, said] of Object.entries(scores?.value ?? {})) {
    const score = isObject(said) ? said : { value: said };
    const fields = scores?.child(name, score) ?? new Fields(score, name, () => undefined);
    for (const [part, value] of partsOf(fields.raw('value'))) {
      session.reward({
        value: scoreNumber(value),
        name: part === null ? name : `${name}.${part}`,
        type: 'score',
        annotation: annotationOf(value, fields),
        at,
        eventKey,
        metadata: part === null ? score : { value: fields.raw('value') },
      });
    }
  }
}

function partsOf(value: unknown): [string | null, unknown][] {
  if (Array.isArray(value)) return value.map((one, index) => [String(index), one]);
  return isObject(value) ? Object.entries(value) : [[null, value]];
}

/** The grade as recorded, the answer it was given for, and why. */
function annotationOf(value: unknown, score: Fields): string | null {
  const answer = score.raw('answer');
  const explanation = score.text('explanation');
  const answerText = answer === undefined || answer === null ? '' : contentText(answer);
  const parts = [
    typeof value === 'string'
      ? value
      : value === null || value === undefined
        ? 'no value'
        : typeof value === 'number'
          ? null
          : textIn(value),
    answerText === '' ? null : `answer: ${answerText}`,
    explanation === null || explanation === answerText ? null : explanation,
  ].filter((part) => part !== null && part !== '');
  return parts.length === 0 ? null : parts.join(' · ');
}
