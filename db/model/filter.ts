/** What the filter bar's text means. The parser is `src-main/contract/filter.ts`, the compiler `db/analytics/filter`. */

/** Compared as text, case-insensitive: `:` holds it, `=` equals it. */
export const filterTextFields = [
  'model',
  'provider',
  'system',
  'source',
  'experiment',
  'id',
  'title',
  'kind',
  'status',
] as const;
export type FilterTextField = (typeof filterTextFields)[number];

/** Compared as numbers. Dollars, tokens, counts; `duration` in milliseconds. */
export const filterNumberFields = [
  'cost',
  'tokens',
  'input',
  'output',
  'steps',
  'events',
  'messages',
  'calls',
  'errors',
  'reward',
  'duration',
] as const;
export type FilterNumberField = (typeof filterNumberFields)[number];

export const filterHas = ['reward', 'error', 'cost', 'tokens', 'messages', 'model', 'experiment'] as const;
export type FilterHas = (typeof filterHas)[number];

export type FilterOperator = '<' | '<=' | '>' | '>=' | '=' | '!=';

interface FilterPlace {
  readonly negated: boolean;
  /** Where it stands in the text: [start, end). */
  readonly start: number;
  readonly end: number;
}

export type FilterTerm =
  | (FilterPlace & { readonly kind: 'text'; readonly text: string })
  | (FilterPlace & {
      readonly kind: 'match';
      readonly field: FilterTextField;
      /** Any of these. */
      readonly values: readonly string[];
      readonly isExact: boolean;
    })
  | (FilterPlace & {
      readonly kind: 'number';
      readonly field: FilterNumberField;
      readonly operator: FilterOperator;
      readonly value: number;
    })
  /** [from, to) in epoch milliseconds; null is open. */
  | (FilterPlace & { readonly kind: 'created'; readonly fromMs: number | null; readonly toMs: number | null })
  | (FilterPlace & { readonly kind: 'has'; readonly what: FilterHas });
