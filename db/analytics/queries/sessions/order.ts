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

export function sortExpression(key: SessionOrderKey): string {
  return EXPRESSIONS[key];
}

/** Unknown values come last in both directions. */
export function orderBy(expression: string, descending: boolean): string {
  return `${expression} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
}

/** What can be counted by; `facet.sql` names each. */
export type FacetField = 'source' | 'kind' | 'status' | 'model' | 'provider' | 'system' | 'experiment';

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
