import type { FilterHas, FilterNumberField, FilterOperator, FilterTextField } from '../../model';

/**
 * Every piece of SQL that a filter may become: a fixed catalogue, chosen by key, never made from values. `s` is `sessions`, `t` its
 * `session_stats`. `$value` is renamed to a parameter of its own for each term.
 */

/** When a session happened: what lists sort by and brushes cut. */
export const SESSION_TIME = 'coalesce(s.created_at, s.started_at, t.first_at)';
export const SESSION_DURATION_MS =
  '(epoch_us(coalesce(s.ended_at, t.last_at)) - epoch_us(coalesce(s.started_at, t.first_at))) / 1000.0';
/** One text that names a session across sources. */
export const SESSION_KEY = 's.source_id || chr(31) || s.session_id';

interface TextFragments {
  readonly holds: string;
  readonly equals: string;
}

function listFragments(column: string): TextFragments {
  return {
    holds: `contains(lower(array_to_string(${column}, chr(10))), $value)`,
    equals: `list_contains(string_split(lower(array_to_string(${column}, chr(10))), chr(10)), $value)`,
  };
}

function textFragments(column: string): TextFragments {
  return { holds: `contains(lower(${column}), $value)`, equals: `lower(${column}) = $value` };
}

export const MATCH: Readonly<Record<FilterTextField, TextFragments>> = {
  model: listFragments('t.models'),
  provider: listFragments('t.providers'),
  system: listFragments('t.systems'),
  source: textFragments('s.source_id'),
  experiment: {
    holds: `(contains(lower(s.experiment_id), $value) OR (s.source_id, s.experiment_id) IN
      (SELECT (x.source_id, x.experiment_id) FROM experiments x WHERE contains(lower(x.name), $value)))`,
    equals: `(lower(s.experiment_id) = $value OR (s.source_id, s.experiment_id) IN
      (SELECT (x.source_id, x.experiment_id) FROM experiments x WHERE lower(x.name) = $value))`,
  },
  id: textFragments('s.session_id'),
  title: textFragments('coalesce(s.title, s.session_id)'),
  kind: textFragments('s.kind'),
  status: textFragments('s.status'),
};

export const NUMBER: Readonly<Record<FilterNumberField, string>> = {
  cost: 't.cost_usd',
  tokens: 't.total_tokens',
  input: 't.input_tokens',
  output: 't.output_tokens',
  steps: 't.steps',
  events: 't.events',
  messages: 't.messages',
  calls: 't.lm_calls',
  errors: 't.errors',
  reward: 't.reward',
  duration: SESSION_DURATION_MS,
};

export const OPERATOR: Readonly<Record<FilterOperator, string>> = {
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '=': '=',
  '!=': '<>',
};

export const HAS: Readonly<Record<FilterHas, string>> = {
  reward: 't.reward_basis IS NOT NULL',
  error: "(coalesce(t.errors, 0) > 0 OR s.error IS NOT NULL OR s.status = 'error')",
  cost: 't.cost_usd IS NOT NULL',
  tokens: 't.total_tokens IS NOT NULL',
  messages: 'coalesce(t.messages, 0) > 0',
  model: 'coalesce(len(t.models), 0) > 0',
  experiment: 's.experiment_id IS NOT NULL',
};

export const CREATED_FROM = `${SESSION_TIME} >= make_timestamp($value::BIGINT)`;
export const CREATED_TO = `${SESSION_TIME} < make_timestamp($value::BIGINT)`;
export const SOURCE_IN = 'list_contains($value::VARCHAR[], s.source_id)';
export const SELECTED = `${SESSION_KEY} IN (SELECT unnest($value::VARCHAR[]))`;
/** One session by name: plain equalities, which DuckDB pushes into both tables. */
export const ONE_SOURCE = 's.source_id = $value';
export const ONE_SESSION = 's.session_id = $value';
/** Title, ids and experiment; messages are searched before (`text-search.ts`) and come as `text_matches`. */
export const FREE_TEXT = `(contains(lower(coalesce(s.title, '')), $value) OR contains(lower(s.session_id), $value)
    OR contains(lower(coalesce(s.experiment_id, '')), $value))`;
export const FOUND_IN_MESSAGES =
  '(s.source_id, s.session_id) IN (SELECT (m.source_id, m.session_id) FROM scratch.text_matches m WHERE m.search_id = $value)';
