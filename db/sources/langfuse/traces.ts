import type { SessionStatus } from '../../model';
import { type DocumentRows, toJson } from '../documents';
import {
  type Fields,
  Ordinals,
  openJson,
  SessionRows,
  titleOf,
  utcOf,
  writeObservedTrace,
} from '../recorded-chat';
import { sayUnknownKind } from '../unknown-kinds';
import { nodeOf } from './observation';
import { scoreColumnsKey, scoresInColumns } from './score-columns';
import { observationTypes } from './shapes';
import { costOf, tokensOf } from './usage-details';

/** Text of observations that is held until their traces are written. */
const MOST_HELD = 64_000_000;

interface TraceSoFar {
  readonly session: SessionRows;
  /** Not yet written. */
  said: Fields | undefined;
  metadata: string | null;
  observations: Fields[];
  scores: Fields[];
  title: string | null;
  startedAt: string | null;
  endedAt: string | null;
  status: SessionStatus;
  error: string | null;
  readonly eventKeys: Map<string, bigint>;
}

/** What a reading has seen of each trace, over all its files: exports keep traces, observations and scores apart. */
export class Traces {
  private readonly traces = new Map<string, TraceSoFar>();
  private readonly observationIds = new Set<string>();
  private readonly scoreIds = new Set<string>();
  /** What traces say that all their observations took; of those without one in any file it is all that is known. */
  private readonly totals = new Map<string, Fields>();
  private ordinals = new Ordinals();
  private held = 0;

  constructor(private readonly rows: DocumentRows) {}

  startFile(): void {
    this.ordinals = new Ordinals();
    for (const trace of this.traces.values()) trace.session.continueWith(this.ordinals);
  }

  /** False, said: another file tells the whole of this trace already, and no call may count twice. */
  owns(said: Fields): boolean {
    const id = said.name('id') ?? said.at;
    if (this.rows.claim(id) === id) return true;
    this.rows.skip(said.at, 'The trace is shown from another file already.');
    return false;
  }

  addTrace(said: Fields): void {
    const trace = this.traceOf(said.name('id') ?? said.at);
    trace.said = said;
    this.hold(1_000);
    // Pages of the API list their ids alone.
    const isListed = said.list('scores', 'corrections').some((one) => typeof one !== 'string');
    for (const one of isListed ? said.objects('scores', 'corrections') : [])
      this.addScore(one, said.name('id'));
  }

  /** `within`: the trace that it stands in. */
  addObservation(said: Fields, length: number, within: string | null = null): void {
    const id = said.name('id') ?? said.at;
    const traceId = said.name('traceId') || (within ?? id);
    if (this.observationIds.has(id)) {
      this.rows.skip(said.at, 'The observation was read before, from this or another file.');
      return;
    }
    this.observationIds.add(id);
    const type = said.text('type');
    if (type !== null && !observationTypes.has(type))
      sayUnknownKind(this.rows, 'Observations', type, said.at);
    this.traceOf(traceId).observations.push(said);
    this.rows.read();
    this.hold(length);
  }

  /** False, said: it is not counted. A trace may tell its scores too that stand beside it. */
  addScore(said: Fields, within: string | null = null): boolean {
    const traceId = said.name('traceId') || within;
    const id = said.name('id');
    const isKnown = id !== null && this.scoreIds.has(id);
    if (traceId === null || traceId === '') this.rows.skip(said.at, 'The score names no trace.');
    else if (isKnown) this.rows.skip(said.at, 'The score was read before, from this or another file.');
    else {
      if (id !== null) this.scoreIds.add(id);
      this.traceOf(traceId).scores.push(said);
      return true;
    }
    return false;
  }

  /** Writes what is held. */
  flush(): void {
    for (const [traceId, trace] of this.traces) {
      if (trace.said === undefined && trace.observations.length === 0 && trace.scores.length === 0) continue;
      this.write(traceId, trace);
    }
    this.held = 0;
  }

  /** After the last file. */
  finish(): void {
    for (const [traceId, said] of this.totals) addTotals(said, this.traceOf(traceId).session);
    this.totals.clear();
  }

  private hold(length: number): void {
    this.held += length;
    if (this.held > MOST_HELD) this.flush();
  }

  private traceOf(traceId: string): TraceSoFar {
    const known = this.traces.get(traceId);
    if (known !== undefined) return known;
    const trace: TraceSoFar = {
      session: new SessionRows(this.rows, traceId, this.ordinals),
      said: undefined,
      metadata: null,
      observations: [],
      scores: [],
      title: null,
      startedAt: null,
      endedAt: null,
      status: 'unknown',
      error: null,
      eventKeys: new Map(),
    };
    this.traces.set(traceId, trace);
    return trace;
  }

  private write(traceId: string, trace: TraceSoFar): void {
    const nodes = trace.observations.map(nodeOf);
    const to = { session: trace.session, rows: this.rows, traceId, service: 'langfuse' };
    const written = writeObservedTrace(nodes, to);
    for (const [id, key] of written.eventKeys) trace.eventKeys.set(id, key);
    const { said } = trace;
    if (said !== undefined && trace.eventKeys.size === 0) this.totals.set(traceId, said);
    if (trace.eventKeys.size > 0) this.totals.delete(traceId);
    if (said !== undefined) trace.metadata = metadataOf(said);
    if (nodes.length === 0 && said !== undefined) addTraceTexts(said, trace.session);
    for (const score of trace.scores) addScore(score, trace);
    for (const row of [...(said === undefined ? [] : [said]), ...trace.observations]) addColumns(row, trace);
    trace.session.finish();
    if (said !== undefined) {
      trace.title =
        [said.text('name'), titleOf(written.firstAsked ?? '', 90)].filter((part) => part).join(' · ') || null;
    }
    trace.title ??=
      nodes.find(({ parentId }) => parentId === null)?.name ?? titleOf(written.firstAsked ?? '', 90) ?? null;
    trace.startedAt =
      [trace.startedAt, written.startedAt, utcOf(said?.raw('timestamp'))]
        .filter((at) => at !== null)
        .sort()[0] ?? null;
    trace.endedAt =
      [trace.endedAt, written.endedAt]
        .filter((at) => at !== null)
        .sort()
        .at(-1) ?? null;
    if (nodes.length > 0) trace.status = trace.error === null ? written.status : 'error';
    trace.error ??= written.error;
    this.rows.addSession({
      session_id: traceId,
      experiment_id: null,
      kind: 'trace',
      title: trace.title,
      status: trace.status,
      created_at: trace.startedAt,
      started_at: trace.startedAt,
      ended_at: trace.endedAt,
      error: trace.error,
      metadata: trace.metadata,
    });
    trace.said = undefined;
    trace.observations = [];
    trace.scores = [];
  }
}

function metadataOf(said: Fields): string {
  return toJson(said.rest('observations', 'scores', 'corrections', 'input', 'output', scoreColumnsKey));
}

/** A trace without its observations: what went in and what came out is all there is of it. */
function addTraceTexts(said: Fields, session: SessionRows): void {
  const at = utcOf(said.raw('timestamp'));
  for (const [role, key] of [
    ['user', 'input'],
    ['assistant', 'output'],
  ] as const) {
    const value = openJson(said.raw(key));
    if (value === null || value === undefined || value === '') continue;
    session.message({ role, text: typeof value === 'string' ? value : JSON.stringify(value), at });
  }
}

/** A yes or no is a number too; undefined: it is neither. */
function truthOf(value: unknown): number | undefined {
  return typeof value === 'boolean' ? Number(value) : undefined;
}

/** Scores that stand in columns of the row itself, unless they are told one by one too. */
function addColumns(row: Fields, trace: TraceSoFar): void {
  const told = new Set(trace.scores.map((score) => score.text('name')));
  const id = row.name('id');
  for (const [name, value] of scoresInColumns(row.value)) {
    if (told.has(name)) continue;
    const eventKey = (id === null ? undefined : trace.eventKeys.get(id)) ?? null;
    trace.session.reward({ value, name, type: 'numeric', at: utcOf(row.raw('timestamp')), eventKey });
  }
}

function addTotals(said: Fields, session: SessionRows): void {
  const tokens = tokensOf(said);
  const usd = costOf(said);
  if (tokens === undefined && usd === null) return;
  session.sessionEvent({
    type: 'runtime',
    name: 'all calls of the trace',
    at: utcOf(said.raw('timestamp')),
    ...(tokens === undefined ? {} : { tokens }),
    cost: { usd, basis: usd === null ? 'unpriced' : 'reported' },
  });
}

/** Numbers are values; a category's or correction's text stands beside its name. */
function addScore(said: Fields, trace: TraceSoFar): void {
  const type = said.text('dataType');
  const text = said.text('stringValue') || said.text('longStringValue') || null;
  const isText = type === 'CORRECTION' || type === 'TEXT' || (type === 'CATEGORICAL' && text !== null);
  const observationId = said.name('observationId');
  trace.session.reward({
    value: isText ? null : (truthOf(said.raw('value')) ?? said.number('value')),
    name: type === 'CORRECTION' ? `correction of ${said.text('name') ?? 'a value'}` : said.text('name'),
    type: type?.toLowerCase() ?? null,
    annotation: [text, said.text('comment') || null].filter((part) => part !== null).join(' · ') || null,
    author: said.text('source'),
    at: utcOf(said.raw('timestamp') ?? said.raw('createdAt')),
    eventKey: (observationId === null ? undefined : trace.eventKeys.get(observationId)) ?? null,
    metadata: said.value,
  });
}
