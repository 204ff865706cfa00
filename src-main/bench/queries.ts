import type { SessionRef, SessionSortKey } from '../contract';
import type { RunningApplication } from './application';
import { type Figure, quantile } from './report';

type Data = RunningApplication['data'];
/** One call with inputs that differ from one repetition to the next. */
type Call = (repetition: number) => Promise<unknown>;

const SORTS: readonly SessionSortKey[] = ['created', 'cost', 'tokens', 'reward', 'duration', 'steps'];
const FILTERS = ['model:gpt-5', 'cost>0.4', 'has:reward tokens>100k', 'experiment:exp_03', '-model:qwen3'];
const BUDGET_MS = 50;

/** Every list page, chart and detail procedure, as often as asked, over the wire that the page uses. */
export async function measureQueries(
  data: Data,
  repetitions: number,
  cpuSecondsOfEngine: () => number,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const refs = await someSessions(data, repetitions);
  for (const [what, call] of Object.entries(calls(data, refs))) {
    const samples: number[] = [];
    const before = cpuSecondsOfEngine();
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const started = performance.now();
      await call(repetition);
      samples.push(performance.now() - started);
    }
    // What other work on the machine does not change much.
    const cpuMs = ((cpuSecondsOfEngine() - before) * 1_000) / repetitions;
    const note = `CPU ${cpuMs.toFixed(0)} ms a call, p50 ${quantile(samples, 0.5).toFixed(1)} ms, most ${Math.max(...samples).toFixed(1)} ms`;
    figures.push({
      what: `p95 ${what}`,
      value: quantile(samples, 0.95),
      unit: 'ms',
      budget: BUDGET_MS,
      note,
    });
  }
  return figures;
}

/** Spread over the whole list, first to last. */
async function someSessions(data: Data, count: number): Promise<SessionRef[]> {
  const sort = { key: 'created', descending: true } as const;
  const scope = { q: '' };
  const { total } = await data.sessions.list({ scope, sort, offset: 0, limit: 1 });
  const refs: SessionRef[] = [];
  for (let at = 0; at < count; at += 1) {
    const offset = Math.floor((at * total) / count);
    const page = await data.sessions.list({ scope, sort, offset, limit: 1 });
    refs.push(...page.rows.map((row) => row.ref));
  }
  return refs;
}

function calls(data: Data, refs: readonly SessionRef[]): Record<string, Call> {
  return { ...listCalls(data, refs), ...detailCalls(data, refs), ...chartCalls(data) };
}

function listCalls({ sessions }: Data, refs: readonly SessionRef[]): Record<string, Call> {
  const everything = { scope: { q: '' } };
  const sortOf = (at: number) => ({ key: pick(SORTS, at), descending: at % 2 === 0 });
  return {
    'sessions.list, any page and order': (at) =>
      sessions.list({ ...everything, sort: sortOf(at), offset: (at * 617) % 19_000, limit: 100 }),
    'sessions.list, filtered': (at) =>
      sessions.list({ scope: { q: pick(FILTERS, at) }, sort: sortOf(at), offset: 0, limit: 100 }),
    'sessions.neighbours': (at) =>
      sessions.neighbours({ ...everything, sort: sortOf(at), ref: pick(refs, at) }),
    'sessions.totals': (at) => sessions.totals({ scope: { q: at % 2 === 0 ? '' : pick(FILTERS, at) } }),
    'sessions.histogram': (at) =>
      sessions.histogram({ scope: { q: at % 2 === 0 ? '' : pick(FILTERS, at) }, buckets: 80 + at }),
    'sessions.facets': (at) =>
      sessions.facets({
        scope: { q: at % 2 === 0 ? '' : pick(FILTERS, at) },
        fields: ['source', 'kind', 'status', 'model', 'provider', 'system', 'experiment'],
      }),
  };
}

function detailCalls({ session }: Data, refs: readonly SessionRef[]): Record<string, Call> {
  const refOf = (at: number) => ({ ref: pick(refs, at) });
  return {
    'session.get': (at) => session.get(refOf(at)),
    'session.transcript': (at) => session.transcript({ ...refOf(at), offset: (at % 2) * 60, limit: 100 }),
    'session.find': (at) =>
      session.find({
        ...refOf(at),
        what: { kind: 'text', text: pick(['tree', 'wood', 'interact', 'nowhere'], at) },
      }),
    'session.timeline': (at) => session.timeline(refOf(at)),
    'session.costs': (at) => session.costs(refOf(at)),
    'session.convergence': (at) => session.convergence(refOf(at)),
    'session.rows, events': (at) => session.rows({ ...refOf(at), table: 'events' }),
    'session.rows, event_payloads': (at) => session.rows({ ...refOf(at), table: 'event_payloads' }),
  };
}

function chartCalls({ analytics }: Data): Record<string, Call> {
  // Another number of points each time, as windows have other widths.
  const all = (at: number) => ({ scope: { q: '' }, points: 200 + at });
  const filtered = (at: number) => ({ scope: { q: pick(FILTERS, at) }, points: 200 + at });
  return {
    'analytics.usage': (at) => analytics.usage(all(at)),
    'analytics.usage, filtered': (at) => analytics.usage(filtered(at)),
    'analytics.latency': (at) => analytics.latency(all(at)),
    'analytics.models': () => analytics.models({ scope: { q: '' } }),
    'analytics.models, filtered': (at) => analytics.models({ scope: filtered(at).scope }),
    'analytics.latency, filtered': (at) => analytics.latency(filtered(at)),
    'analytics.usage, a range': (at) => analytics.usage({ scope: range(at) }),
    'analytics.latency, a range': (at) => analytics.latency({ scope: range(at) }),
    'analytics.rolling, reward': (at) => analytics.rolling({ ...all(at), measure: 'reward' }),
    'analytics.rolling, reward, filtered': (at) => analytics.rolling({ ...filtered(at), measure: 'reward' }),
  };
}

/** From an hour to two months of the corpus, from another day each time. */
function range(at: number): { q: string; from: string; to: string } {
  const from = Date.UTC(2026, 0, 1 + ((at * 7) % 60));
  const hours = pick([1, 24, 24 * 7, 24 * 60], at);
  return {
    q: '',
    from: new Date(from).toISOString(),
    to: new Date(from + hours * 3_600_000).toISOString(),
  };
}

function pick<T>(all: readonly T[], at: number): T {
  const one = all[at % all.length];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
}
