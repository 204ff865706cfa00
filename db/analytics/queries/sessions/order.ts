import { SESSION_DURATION_MS, SESSION_TIME } from '../../filter';

/** What a list may be sorted by: a fixed expression for each key. */
const EXPRESSIONS = {
  created: SESSION_TIME,
  title: 'lower(coalesce(s.title, s.session_id))',
  model: 't.models[1]',
  steps: 't.steps',
  events: 't.events',
  messages: 't.messages',
  tokens: 't.total_tokens',
  cost: 't.cost_usd',
  reward: 't.reward',
  duration: SESSION_DURATION_MS,
  errors: 't.errors',
} as const;

export type SessionOrderKey = keyof typeof EXPRESSIONS;
export const sessionOrderKeys = Object.keys(EXPRESSIONS) as SessionOrderKey[];

/** Unknown values come last in both directions. */
export function sessionOrder(key: SessionOrderKey, descending: boolean): string {
  return `${EXPRESSIONS[key]} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
}

/** What can be counted by: an expression that gives a list of values for each session. */
export const FACETS = {
  source: '[s.source_id] AS field_values',
  kind: '[s.kind] AS field_values',
  status: '[s.status] AS field_values',
  model: 't.models AS field_values',
  provider: 't.providers AS field_values',
  system: 't.systems AS field_values',
  experiment: '[s.experiment_id] AS field_values',
} as const;
export type FacetField = keyof typeof FACETS;

/** What `explain` counts, and how the figure is made. */
export const FIGURES = {
  tokens: 't.total_tokens',
  cost: 't.cost_usd',
  reward: 't.reward',
  duration: SESSION_DURATION_MS,
  errors: 't.errors',
  steps: 't.steps',
} as const;
export type Figure = keyof typeof FIGURES;
