import {
  type FilterPiece,
  filterFields,
  filterHasValues,
  filterPieceAt,
  quoteFilterValue,
} from '../../src-main/contract';
import { formatInteger } from '../ui/format';

/** One thing that the filter bar offers, and what the text becomes when it is taken. */
export interface Completion {
  readonly label: string;
  readonly detail: string;
  readonly text: string;
  readonly caret: number;
}

/** Values that occur, by field, with how many sessions have each. */
export type KnownValues = Readonly<
  Record<string, readonly { value: string; label: string; sessions: number }[]>
>;

const hints: Record<string, string> = {
  model: 'name of a model',
  provider: 'who serves the model',
  status: 'completed, running, error, unknown',
  kind: 'session, conversation, trace',
  source: 'name of a source',
  system: 'id of a system',
  experiment: 'id or name of an experiment',
  title: 'text in the title',
  id: 'text in the session id',
  cost: 'dollars, as cost>0.1',
  tokens: 'as tokens>=10k',
  input: 'input tokens',
  output: 'output tokens',
  steps: 'number of steps',
  events: 'number of events',
  messages: 'number of messages',
  errors: 'number of errors',
  reward: 'as reward>=1',
  duration: 'as duration>10s',
  created: 'a day or time, as created>2026-01-02',
  has: 'reward, error, cost …',
};
const most = 12;

/** What can stand at the caret: a field while its name is typed, then the values that occur. */
export function completionsAt(text: string, caret: number, known: KnownValues): readonly Completion[] {
  const piece = filterPieceAt(text, caret);
  if (piece?.field !== null && piece?.field !== undefined) return valuesFor(text, piece, known);
  const typed = piece === null ? '' : text.slice(piece.start + (piece.negated ? 1 : 0), caret).toLowerCase();
  if (typed.startsWith('"')) return [];
  const start = piece === null ? caret : piece.start + (piece.negated ? 1 : 0);
  const end = piece === null ? caret : piece.end;
  return filterFields
    .filter((field) => field.startsWith(typed))
    .slice(0, most)
    .map((field) => ({
      label: `${field}:`,
      detail: hints[field] ?? '',
      ...replaced(text, start, end, `${field}:`),
    }));
}

function valuesFor(text: string, piece: FilterPiece, known: KnownValues): readonly Completion[] {
  const values =
    piece.field === 'has'
      ? filterHasValues.map((value) => ({ value, label: value, sessions: null }))
      : (known[piece.field ?? ''] ?? []);
  const comma = piece.raw.lastIndexOf(',') + 1;
  const typed = piece.raw.slice(comma).replaceAll('"', '').toLowerCase();
  return values
    .filter(({ value, label }) => `${value} ${label}`.toLowerCase().includes(typed))
    .slice(0, most)
    .map(({ value, label, sessions }) => ({
      label,
      detail: sessions === null ? '' : formatInteger(sessions),
      ...replaced(text, piece.valueStart + comma, piece.end, `${quoteFilterValue(value)} `),
    }));
}

function replaced(text: string, start: number, end: number, by: string): { text: string; caret: number } {
  const rest = text.slice(end);
  const inserted = by.endsWith(' ') && rest.startsWith(' ') ? by.trimEnd() : by;
  return { text: text.slice(0, start) + inserted + rest, caret: start + inserted.length };
}

/** The filter with one more `field:value`, or without it when it has it. */
export function toggleTerm(text: string, field: string, value: string): string {
  const term = `${field}:${quoteFilterValue(value)}`;
  const pieces = text.split(' ').filter((piece) => piece !== '');
  if (!text.includes(term)) return [...pieces, term].join(' ');
  return text.replace(term, '').replace(/\s+/g, ' ').trim();
}

export function hasTerm(text: string, field: string, value: string): boolean {
  return ` ${text} `.includes(` ${field}:${quoteFilterValue(value)} `);
}
