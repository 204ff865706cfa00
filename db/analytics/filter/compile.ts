import type { Bindable, Bindings } from '../../duckdb';
import type { FilterTerm } from '../../model';
import {
  CREATED_FROM,
  CREATED_TO,
  FOUND_IN_MESSAGES,
  FREE_TEXT,
  HAS,
  MATCH,
  NUMBER,
  ONE_SESSION,
  ONE_SOURCE,
  OPERATOR,
  SELECTED,
  SOURCE_IN,
} from './fragments';

/** A condition over `keyed.sessions s LEFT JOIN keyed.session_stats t`: fixed fragments, and the values they name. */
export interface Predicate {
  readonly sql: string;
  readonly bindings: Bindings;
}

export interface ScopeFilter {
  readonly terms: readonly FilterTerm[];
  readonly sourceIds: readonly string[] | undefined;
  readonly fromUs: bigint | undefined;
  readonly toUs: bigint | undefined;
  readonly sessions: readonly { readonly sourceId: string; readonly sessionId: string }[] | undefined;
}

/** What a term means beyond the tables: names of sources, and searches that already ran. */
export interface FilterContext {
  /** Ids of the open sources whose name or id matches (`source:` is about what the sidebar shows). */
  readonly sourcesNamed: (value: string, isExact: boolean) => readonly string[];
  /** The search over message contents for this text, already in `text_matches`. */
  readonly searchOf: (text: string) => string | undefined;
}

/** Terms → one condition, every value bound. */
export function compileScope(scope: ScopeFilter, context: FilterContext): Predicate {
  const builder = new PredicateBuilder();
  if (scope.sourceIds !== undefined) builder.add(SOURCE_IN, scope.sourceIds);
  if (scope.fromUs !== undefined) builder.add(CREATED_FROM, scope.fromUs);
  if (scope.toUs !== undefined) builder.add(CREATED_TO, scope.toUs);
  if (scope.sessions !== undefined) {
    builder.add(
      SELECTED,
      scope.sessions.map((one) => `${one.sourceId}\u001f${one.sessionId}`),
    );
  }
  for (const term of scope.terms) builder.addTerm(term, context);
  return builder.done();
}

/** Just this session. */
export function compileOne(sourceId: string, sessionId: string): Predicate {
  const builder = new PredicateBuilder();
  builder.add(ONE_SOURCE, sourceId);
  builder.add(ONE_SESSION, sessionId);
  return builder.done();
}

class PredicateBuilder {
  private readonly parts: string[] = [];
  private readonly values: Record<string, Bindable> = {};

  add(fragment: string, value: Bindable): void {
    this.parts.push(this.bind(fragment, value));
  }

  addTerm(term: FilterTerm, context: FilterContext): void {
    const sql = this.termSql(term, context);
    // NULL is "not known to hold": the negation of an unknown holds.
    this.parts.push(term.negated ? `NOT coalesce(${sql}, FALSE)` : `(${sql})`);
  }

  done(): Predicate {
    return { sql: this.parts.length === 0 ? 'TRUE' : this.parts.join('\n    AND '), bindings: this.values };
  }

  private termSql(term: FilterTerm, context: FilterContext): string {
    switch (term.kind) {
      case 'text': {
        const text = term.text.toLowerCase();
        const search = context.searchOf(text);
        const inNames = this.bind(FREE_TEXT, text);
        return search === undefined ? inNames : `(${inNames} OR ${this.bind(FOUND_IN_MESSAGES, search)})`;
      }
      case 'match':
        return `(${term.values.map((value) => this.matchSql(term, value, context)).join(' OR ')})`;
      case 'number':
        return this.bind(`${NUMBER[term.field]} ${OPERATOR[term.operator]} $value`, term.value);
      case 'created':
        return this.createdSql(term.fromMs, term.toMs);
      case 'has':
        return HAS[term.what];
    }
  }

  private matchSql(
    term: Extract<FilterTerm, { kind: 'match' }>,
    value: string,
    context: FilterContext,
  ): string {
    if (term.field === 'source') return this.bind(SOURCE_IN, context.sourcesNamed(value, term.isExact));
    const fragments = MATCH[term.field];
    return this.bind(term.isExact ? fragments.equals : fragments.holds, value.toLowerCase());
  }

  private createdSql(fromMs: number | null, toMs: number | null): string {
    const from = fromMs === null ? 'TRUE' : this.bind(CREATED_FROM, BigInt(fromMs) * 1_000n);
    const to = toMs === null ? 'TRUE' : this.bind(CREATED_TO, BigInt(toMs) * 1_000n);
    return `(${from} AND ${to})`;
  }

  private bind(fragment: string, value: Bindable): string {
    const name = `filter${Object.keys(this.values).length}`;
    this.values[name] = value;
    return fragment.replaceAll('$value', `$${name}`);
  }
}
