import type { DocumentRows } from '../documents';
import {
  Fields,
  isObject,
  type Json,
  jsonOrNull,
  Ordinals,
  openJson,
  SessionRows,
  titleOf,
  utcOf,
  writeObservedTrace,
} from '../recorded-chat';
import { sayUnknownKind } from '../unknown-kinds';
import { nodeOf, parentIdOf, runIdOf, runTypes, totalsOf } from './run';

/** Text of runs that is held until their traces are written. */
const MOST_HELD = 64_000_000;

interface HeldRun {
  value: Json;
  readonly at: string;
  readonly parentId: string | null;
}

/** The runs of one file. They come in any order, nested in each other, or as what was sent first and what was changed later. */
export class Runs {
  private readonly ordinals = new Ordinals();
  private readonly runs = new Map<string, HeldRun>();
  private readonly feedback = new Map<string, Fields[]>();
  private readonly sessions = new Map<string, SessionRows>();
  /** Sessions with a call that says its own tokens or cost, and what their outermost runs say of all. */
  private readonly measured = new Set<string>();
  private readonly outermost = new Map<string, Fields>();
  private held = 0;

  /** The runs of this file that are over. */
  private readonly ended = new Set<string>();

  constructor(
    private readonly rows: DocumentRows,
    /** The runs that other files told whole: a copy of a file counts nothing. */
    private readonly counted: Set<string>,
  ) {}

  add(said: Fields, length: number, parent: string | null = null): void {
    const run = new Fields(openedRun(said.value), said.at, (message, where) =>
      this.rows.warn(message, where),
    );
    const id = runIdOf(run);
    if (id === null) {
      this.rows.skip(run.at, 'The run has no id.');
      return;
    }
    if (this.counted.has(id)) {
      this.rows.skip(run.at, 'The run was read before, from another file.');
      for (const child of run.objects('child_runs')) this.add(child, 0, id);
      return;
    }
    if (run.raw('end_time') != null) this.ended.add(id);
    const type = run.text('run_type');
    if (type !== null && !runTypes.has(type)) sayUnknownKind(this.rows, 'Runs', type, run.at);
    const known = this.runs.get(id);
    const parentId = parent ?? parentIdOf(run);
    if (known === undefined) {
      this.runs.set(id, { value: run.value, at: run.at, parentId });
      this.rows.read();
    } else known.value = { ...known.value, ...saidIn(run.value) };
    for (const child of run.objects('child_runs')) this.add(child, 0, id);
    this.held += length;
    if (this.held > MOST_HELD) this.flush();
  }

  addFeedback(said: Fields): void {
    const id = said.name('run_id') ?? '';
    this.feedback.set(id, [...(this.feedback.get(id) ?? []), said]);
  }

  finish(): void {
    this.flush();
    for (const id of this.ended) this.counted.add(id);
    for (const [sessionId, run] of this.outermost)
      if (!this.measured.has(sessionId)) this.addTotals(run, this.sessions.get(sessionId));
  }

  /** Runs above the calls repeat their sums; where an export holds no call that says its own, the outermost run tells what all took. */
  private addTotals(run: Fields, session: SessionRows | undefined): void {
    const { tokens, costUsd } = totalsOf(run);
    if (tokens === undefined && costUsd === null) return;
    session?.sessionEvent({
      type: 'runtime',
      name: 'all calls of the run',
      at: utcOf(run.raw('end_time')),
      ...(tokens === undefined ? {} : { tokens }),
      cost: { usd: costUsd, basis: costUsd === null ? 'unpriced' : 'reported' },
    });
  }

  /** Writes what is held, a session for each trace. */
  private flush(): void {
    const traces = new Map<string, Fields[]>();
    for (const [id, { value, at, parentId }] of this.runs) {
      const traceId = this.traceOf(id);
      const run = new Fields(
        parentId === null ? value : { ...value, parent_run_id: parentId },
        at,
        (message, where) => this.rows.warn(message, where),
      );
      traces.set(traceId, [...(traces.get(traceId) ?? []), run]);
    }
    this.runs.clear();
    this.held = 0;
    for (const [traceId, runs] of traces) this.writeTrace(traceId, runs);
  }

  /** The trace that a run names, else its outermost parent here. */
  private traceOf(id: string): string {
    const seen = new Set<string>();
    let at = id;
    for (let run = this.runs.get(at); run !== undefined && !seen.has(at); run = this.runs.get(at)) {
      seen.add(at);
      if (typeof run.value.trace_id === 'string') return run.value.trace_id;
      if (run.parentId === null) return at;
      at = run.parentId;
    }
    return at;
  }

  private writeTrace(traceId: string, runs: readonly Fields[]): void {
    const sessionId = this.rows.claim(traceId);
    const session = this.sessions.get(sessionId) ?? new SessionRows(this.rows, sessionId, this.ordinals);
    this.sessions.set(sessionId, session);
    const written = writeObservedTrace(runs.map(nodeOf), {
      session,
      rows: this.rows,
      traceId,
      service: 'langsmith',
    });
    if (runs.some(isMeasuredCall)) this.measured.add(sessionId);
    const outermost = runs.find((run) => parentIdOf(run) === null);
    if (outermost !== undefined) this.outermost.set(sessionId, outermost);
    for (const run of runs) this.addRewards(run, { session, traceId, eventKeys: written.eventKeys });
    session.finish();
    const root = runs.find((run) => parentIdOf(run) === null) ?? runs[0];
    const isRunning = root !== undefined && root.raw('end_time') == null && root.raw('error') == null;
    this.rows.addSession({
      session_id: sessionId,
      experiment_id: null,
      kind: 'trace',
      title:
        [root?.text('name'), titleOf(written.firstAsked ?? '', 90)].filter((part) => part).join(' · ') ||
        null,
      status: isRunning ? 'unknown' : written.status,
      created_at: written.startedAt,
      started_at: written.startedAt,
      ended_at: utcOf(root?.raw('end_time')) ?? written.endedAt,
      error: written.error,
      metadata:
        root === undefined
          ? null
          : jsonOrNull({
              session_name: root.raw('session_name'),
              tags: root.raw('tags'),
              extra: root.raw('extra'),
              project: root.raw('session_id'),
            }),
    });
  }

  /** Feedback as a mean of all that was given, or one by one. */
  private addRewards(
    run: Fields,
    of: {
      readonly session: SessionRows;
      readonly traceId: string;
      readonly eventKeys: ReadonlyMap<string, bigint>;
    },
  ): void {
    const id = runIdOf(run) ?? '';
    const isRoot = parentIdOf(run) === null || id === of.traceId;
    const eventKey = isRoot ? null : (of.eventKeys.get(id) ?? null);
    const given = [
      ...(this.feedback.get(id) ?? []),
      ...(Array.isArray(run.raw('feedback')) ? run.objects('feedback') : []),
    ];
    for (const one of given) {
      of.session.reward({
        value: one.number('score'),
        name: one.text('key'),
        type: 'feedback',
        annotation:
          [one.raw('value'), one.raw('comment')]
            .filter((part) => typeof part === 'string' && part !== '')
            .join(' · ') || null,
        at: utcOf(one.raw('created_at')),
        eventKey,
        metadata: one.value,
      });
    }
    const stats =
      given.length === 0 && isObject(run.raw('feedback_stats')) ? run.object('feedback_stats') : undefined;
    for (const [key, said] of Object.entries(stats?.value ?? {})) {
      if (!isObject(said)) continue;
      const value = stats?.child(key, said).number('avg') ?? null;
      of.session.reward({
        value,
        name: key,
        type: 'feedback',
        annotation: `mean of ${String(said.n ?? 1)}`,
        eventKey,
        metadata: said,
      });
    }
  }
}

/** Bulk exports write objects as JSON in a text; LangSmith's command-line tools say `run_id`, and figures in objects of their own. */
function openedRun(said: Json): Json {
  const run = 'id' in said || !('run_id' in said) ? said : plainRun(said);
  const texts = ['inputs', 'outputs', 'extra', 'feedback_stats', 'events', 'tags', 'child_runs'].filter(
    (key) => typeof run[key] === 'string',
  );
  return texts.length === 0
    ? run
    : { ...run, ...Object.fromEntries(texts.map((key) => [key, openJson(run[key])])) };
}

function plainRun(said: Json): Json {
  const { run_id: id, token_usage: tokens, costs, custom_metadata: metadata, ...rest } = said;
  return {
    ...(isObject(tokens) ? tokens : {}),
    ...(isObject(costs) ? costs : {}),
    ...(isObject(metadata) ? { extra: { metadata } } : {}),
    ...rest,
    id,
  };
}

function isMeasuredCall(run: Fields): boolean {
  const { kind, tokens, costUsd } = nodeOf(run);
  return kind === 'call' && (tokens !== undefined || costUsd !== null);
}

function saidIn(value: Json): Json {
  return Object.fromEntries(
    Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined),
  );
}
