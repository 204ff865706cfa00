import {
  type FilterHas,
  type FilterNumberField,
  type FilterOperator,
  type FilterTerm,
  type FilterTextField,
  filterHas,
  filterNumberFields,
  filterTextFields,
} from '../../db/model';
import { parseDuration, parseNumber, parseTimeRange } from './filter-values';

/**
 * The filter bar: terms between spaces, all of which must hold.
 *   model:gpt-5  model:gpt-5,claude  status=running  cost>0.1  tokens>=10k  duration>10s  created>2026-01-02  has:reward  error
 *   "free text"  word  -model:gpt-5 (not)
 */
export interface FilterProblem {
  readonly message: string;
  /** Where in the text: [start, end); `line` and `column` count from 1. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

export interface ParsedFilter {
  readonly terms: readonly FilterTerm[];
  readonly problems: readonly FilterProblem[];
}

/** What the bar offers to complete. */
export const filterFields = [...filterTextFields, ...filterNumberFields, 'created', 'has'] as const;
export type FilterField = (typeof filterFields)[number];
export const filterHasValues: readonly FilterHas[] = filterHas;

/** A piece of the text between spaces; quotes hold spaces together. */
export interface FilterPiece {
  readonly start: number;
  readonly end: number;
  readonly negated: boolean;
  readonly field: string | null;
  readonly operator: FilterOperator | ':' | null;
  /** The text after the operator (or all of it), with its quotes. */
  readonly raw: string;
  readonly valueStart: number;
  readonly isClosed: boolean;
}

/** Parses the whole text; what cannot be understood becomes a problem at its place, the other terms stay. */
export function parseFilter(text: string): ParsedFilter {
  const terms: FilterTerm[] = [];
  const problems: FilterProblem[] = [];
  for (const piece of splitFilter(text)) {
    const read = readPiece(piece);
    if (typeof read === 'object') terms.push(read);
    else {
      const start = read === UNCLOSED ? piece.valueStart : piece.start;
      problems.push({ message: read, start, end: piece.end, ...placeOf(text, start) });
    }
  }
  return { terms, problems };
}

/** The piece that the caret stands in or right behind, for completion; null between pieces. */
export function filterPieceAt(text: string, caret: number): FilterPiece | null {
  return splitFilter(text).find((piece) => piece.start <= caret && caret <= piece.end) ?? null;
}

/** A value as it must be written to be read back the same. */
export function quoteFilterValue(value: string): string {
  return /^[^\s",:<>=!-][^\s",]*$/.test(value) ? value : `"${value.replaceAll('"', '\\"')}"`;
}

const UNCLOSED = 'A closing " is missing';
const OPERATOR = /^([A-Za-z_]+)(<=|>=|!=|<|>|=|:)/;

export function splitFilter(text: string): FilterPiece[] {
  const pieces: FilterPiece[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const piece = pieceFrom(text, at);
    pieces.push(piece);
    at = piece.end;
  }
  return pieces;
}

function pieceFrom(text: string, start: number): FilterPiece {
  const { end, isClosed } = endOfPiece(text, start);
  const whole = text.slice(start, end);
  const negated = whole.length > 1 && whole.startsWith('-');
  const body = negated ? whole.slice(1) : whole;
  const head = OPERATOR.exec(body);
  const raw = head === null ? body : body.slice(head[0].length);
  return {
    start,
    end,
    negated,
    field: head?.[1]?.toLowerCase() ?? null,
    operator: (head?.[2] as FilterPiece['operator'] | undefined) ?? null,
    raw,
    valueStart: end - raw.length,
    isClosed,
  };
}

function endOfPiece(text: string, start: number): { end: number; isClosed: boolean } {
  let isQuoted = false;
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\' && isQuoted) at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /\s/.test(character)) break;
  }
  return { end: Math.min(at, text.length), isClosed: !isQuoted };
}

/** A term, or the sentence that says what is wrong. */
function readPiece(piece: FilterPiece): FilterTerm | string {
  const place = { negated: piece.negated, start: piece.start, end: piece.end };
  if (!piece.isClosed) return UNCLOSED;
  const { field, operator } = piece;
  if (field === null || operator === null) {
    if (piece.raw.toLowerCase() === 'error') return { kind: 'has', what: 'error', ...place };
    const text = unquote(piece.raw);
    return text === '' ? 'Nothing stands between the quotes' : { kind: 'text', text, ...place };
  }
  const values = splitValues(piece.raw);
  if (values.length === 0) return `A value is missing after ${field}${operator}`;
  if (isOneOf(filterTextFields, field)) return readMatch(field, operator, values, place);
  if (isOneOf(filterNumberFields, field)) return readNumber(field, operator, piece.raw, place);
  if (field === 'created') return readCreated(operator, piece.raw, place);
  if (field === 'has') {
    const [what] = values;
    if (operator !== ':' || values.length > 1 || what === undefined || !isOneOf(filterHas, what)) {
      return `has: takes one of ${filterHas.join(', ')}`;
    }
    return { kind: 'has', what, ...place };
  }
  return `"${field}" is no field: there are ${filterFields.join(', ')}`;
}

type Place = Pick<FilterTerm, 'negated' | 'start' | 'end'>;

function readMatch(
  field: FilterTextField,
  operator: FilterOperator | ':',
  values: readonly string[],
  place: Place,
): FilterTerm | string {
  if (operator !== ':' && operator !== '=' && operator !== '!=') {
    return `${field} is text: use ${field}: (holds) or ${field}= (equals)`;
  }
  const negated = operator === '!=' ? !place.negated : place.negated;
  return { kind: 'match', field, values, isExact: operator !== ':', ...place, negated };
}

function readNumber(
  field: FilterNumberField,
  operator: FilterOperator | ':',
  raw: string,
  place: Place,
): FilterTerm | string {
  const text = unquote(raw);
  const value = field === 'duration' ? parseDuration(text) : parseNumber(text);
  if (value === undefined) {
    const example = field === 'duration' ? '10s, 500ms, 2m, 1h' : '0.1, 1000, 10k, 2M';
    return `"${text}" is no ${field === 'duration' ? 'duration' : 'number'} (${example})`;
  }
  return { kind: 'number', field, operator: operator === ':' ? '=' : operator, value, ...place };
}

function readCreated(operator: FilterOperator | ':', raw: string, place: Place): FilterTerm | string {
  const range = parseTimeRange(unquote(raw));
  if (range === undefined) return `"${unquote(raw)}" is no date (2026-01-02, 2026-01-02T15:04)`;
  const { fromMs, toMs } = range;
  const term = (from: number | null, to: number | null, negated = place.negated): FilterTerm => ({
    kind: 'created',
    fromMs: from,
    toMs: to,
    ...place,
    negated,
  });
  switch (operator) {
    case ':':
    case '=':
      return term(fromMs, toMs);
    case '!=':
      return term(fromMs, toMs, !place.negated);
    case '>':
      return term(toMs, null);
    case '>=':
      return term(fromMs, null);
    case '<':
      return term(null, fromMs);
    case '<=':
      return term(null, toMs);
  }
}

function splitValues(raw: string): string[] {
  return (raw.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? []).map(unquote).filter((value) => value !== '');
}

function unquote(raw: string): string {
  return raw.replace(/"((?:\\.|[^"\\])*)"/g, (_all, inner: string) => inner.replace(/\\(.)/g, '$1'));
}

function isOneOf<T extends string>(all: readonly T[], value: string): value is T {
  return (all as readonly string[]).includes(value);
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
