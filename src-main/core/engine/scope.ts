import {
  type CallScope,
  compileScope,
  type HeldScope,
  inlineScope,
  type Predicate,
} from '../../../db/analytics/filter';
import { ExpectedError } from '../../../db/model';
import { parseFilter, type Scope } from '../../contract';
import type { EngineContext } from './context';

/** The contract's scope → a condition on sessions. A filter that cannot be read is QUERY_INVALID at its place. */
export async function resolveScope(context: EngineContext, scope: Scope): Promise<Predicate> {
  const { terms, problems } = parseFilter(scope.q);
  const [problem] = problems;
  if (problem !== undefined) {
    throw new ExpectedError('QUERY_INVALID', `${problem.message} (column ${problem.column}).`, {
      action: 'Correct the filter.',
      line: problem.line,
      column: problem.column,
    });
  }
  const searches = new Map<string, string>();
  const { revision } = context.workspace.state();
  for (const term of terms) {
    if (term.kind !== 'text') continue;
    const text = term.text.toLowerCase();
    searches.set(text, await context.searches.find(text, revision));
  }
  return compileScope(
    {
      terms,
      sourceIds: scope.sourceIds,
      fromUs: microsOf(scope.from),
      toUs: microsOf(scope.to),
      sessions: scope.sessions,
    },
    {
      sourcesNamed: (value, isExact) => sourcesNamed(context, value, isExact),
      searchOf: (text) => searches.get(text),
    },
  );
}

/** A scope as charts over LM calls need it: its sessions found once, and the same scope as a reader of the provenance can run it. */
export async function holdScope(
  context: EngineContext,
  scope: Scope,
): Promise<HeldScope & { readonly shown: CallScope }> {
  const predicate = await resolveScope(context, scope);
  const held = await context.scopes.hold(predicate, context.workspace.state().revision);
  return { ...held, shown: inlineScope(predicate) };
}

function sourcesNamed(context: EngineContext, value: string, isExact: boolean): string[] {
  const wanted = value.toLowerCase();
  return context.workspace
    .state()
    .sources.filter((source) =>
      [source.sourceId, source.name].some((name) =>
        isExact ? name.toLowerCase() === wanted : name.toLowerCase().includes(wanted),
      ),
    )
    .map((source) => source.sourceId);
}

function microsOf(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (!Number.isFinite(at)) {
    throw new ExpectedError('QUERY_INVALID', `"${text}" is no time.`, {
      action: 'Write it as 2026-01-02T03:04:05Z.',
    });
  }
  return BigInt(at) * 1_000n;
}
