import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DocumentFile, DocumentRows } from '../documents';
import { lookAt } from '../place';
import type { Span, SpanCollector, SpanEvent } from '../spans';
import { eachLogRecord, type GenAiRecord } from './log-records';
import { signalOf } from './recognise';

/** Files of a folder that may be of logs, and are looked at. */
const MOST_LOOKED_AT = 64;
const LIKELY = /log|event/i;
const NAME = /\.(?:json|jsonl|ndjson|log|txt|pb|binpb|bin|proto|protobuf|otlp)(?:\.gz|\.zst)?$/i;
/** Of a file that nobody opened. */
const MOST_BYTES = 256_000_000;
/** Characters of log records that wait for their spans. */
const MOST_CHARACTERS = 64_000_000;
const HAS_LOGS = /"resource_?[lL]ogs"/;

/**
 * What a call was given and said may be recorded as log records that name its span, in the file of the spans or in one beside it: they are
 * read first, and join their spans as events.
 */
export class LogEvents {
  private readonly events = new Map<string, SpanEvent[]>();
  private readonly folders = new Map<string, boolean>();
  private readonly taken = new Set<string>();
  private readonly lines = new Set<string>();
  private characters = 0;

  joined = (span: Span): Span => {
    const found = this.events.size === 0 ? undefined : this.events.get(nameOf(span));
    return found === undefined ? span : { ...span, events: [...span.events, ...found] };
  };

  /** Nothing joins any span. */
  get isEmpty(): boolean {
    return this.events.size === 0;
  }

  /** A line of a file of several signals has given its records. */
  hasLine(file: DocumentFile, line: number): boolean {
    return this.lines.has(`${line} ${file.path}`);
  }

  /** Before spans are read: what is said of them in the file itself and in those beside it. */
  async learn(file: DocumentFile, rows: Pick<DocumentRows, 'warn'>, head: string): Promise<void> {
    const path = dirname(file.path);
    if (!this.folders.has(path)) this.folders.set(path, await this.learnBeside(file, path));
    if (HAS_LOGS.test(head)) await this.take(file);
    if (this.characters > MOST_CHARACTERS)
      rows.warn('Messages of log records are left out: there are more than are kept until their spans come.');
  }

  /** A file of logs alone. False: none of its records tells of GenAI. */
  async read(
    file: DocumentFile,
    rows: DocumentRows,
    collector: Pick<SpanCollector, 'add'>,
  ): Promise<boolean> {
    const records: GenAiRecord[] = [];
    let others = 0;
    let characters = 0;
    await eachLogRecord(file, (record) => {
      characters += record?.characters ?? 0;
      if (record === undefined || characters > MOST_CHARACTERS) others += 1;
      else records.push(record);
    });
    if (records.length === 0) return false;
    if (others > 0)
      rows.warn(
        'Log records that are no messages of GenAI, or too many, are passed over.',
        undefined,
        others,
      );
    const isBeside = file.root !== file.path && (await this.hasSpansBeside(file));
    if (isBeside) rows.read(records.length);
    else {
      // They are their spans' own here.
      for (const record of records) this.events.delete(nameOf(record));
      addSpans(records, rows, collector);
    }
    return true;
  }

  private async hasSpansBeside(file: DocumentFile): Promise<boolean> {
    const path = dirname(file.path);
    const known = this.folders.get(path) ?? (await this.learnBeside(file, path));
    this.folders.set(path, known);
    return known;
  }

  /** Whether there are spans too. */
  private async learnBeside(file: DocumentFile, folder: string): Promise<boolean> {
    const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name));
    const likely = [
      ...names.filter((name) => LIKELY.test(name)),
      ...names.filter((name) => !LIKELY.test(name)),
    ];
    let hasSpans = false;
    for (const name of likely.slice(0, MOST_LOOKED_AT)) {
      file.signal.throwIfAborted();
      const path = join(folder, name);
      const place = await lookAt(path).catch(() => undefined);
      if (place === undefined || place.size > MOST_BYTES) continue;
      const signal = signalOf(place.head);
      if (signal === 'traces') hasSpans = true;
      if (signal === 'logs') await this.take({ ...file, path, name: basename(path) });
    }
    return hasSpans;
  }

  private async take(file: DocumentFile): Promise<void> {
    if (this.taken.has(file.path)) return;
    this.taken.add(file.path);
    await eachLogRecord(file, (record, line) => {
      if (record === undefined || record.traceId === null || record.spanId === null) return;
      if (line !== null) this.lines.add(`${line} ${file.path}`);
      this.characters += record.characters;
      if (this.characters > MOST_CHARACTERS) return;
      const name = nameOf({ traceId: record.traceId, spanId: record.spanId });
      const events = this.events.get(name);
      if (events === undefined) this.events.set(name, [record.event]);
      else events.push(record.event);
    });
  }
}

function nameOf({ traceId, spanId }: Pick<GenAiRecord, 'traceId' | 'spanId'>): string {
  return `${traceId} ${spanId}`;
}

/** The spans that log records name, as far as these tell of them. */
function addSpans(
  records: readonly GenAiRecord[],
  rows: DocumentRows,
  collector: Pick<SpanCollector, 'add'>,
): void {
  const groups = new Map<string, [GenAiRecord, ...GenAiRecord[]]>();
  for (const record of records) {
    const { traceId, spanId } = record;
    if (traceId === null || spanId === null) {
      rows.skip('log records', 'A log record of GenAI that names no span.');
      continue;
    }
    const group = groups.get(nameOf({ traceId, spanId }));
    if (group === undefined) groups.set(nameOf({ traceId, spanId }), [record]);
    else group.push(record);
  }
  for (const group of groups.values()) {
    const span = spanOf(group);
    collector.add(
      span,
      `span ${span.spanId}`,
      group.reduce((sum, { characters }) => sum + characters, 0),
    );
    rows.read(group.length - 1);
  }
  if (groups.size > 0)
    rows.warn(
      'Spans are not in the file: they are shown as far as log records tell of them.',
      undefined,
      groups.size,
    );
}

function spanOf(group: readonly [GenAiRecord, ...GenAiRecord[]]): Span {
  const [{ traceId, spanId, resource }] = group;
  const events = group.map(({ event }) => event);
  const times = events.flatMap(({ timeNs }) => timeNs ?? []).sort((a, b) => (a < b ? -1 : 1));
  const [first = null] = times;
  const last = times.at(-1) ?? null;
  const said = Object.assign({}, ...events.map(({ attributes }) => attributes));
  // What the convention has as attributes of the span itself.
  const own = Object.entries(said).filter(([name]) => /^(?:gen_ai|server|error)\./.test(name));
  const attributes = { 'gen_ai.operation.name': 'chat', ...Object.fromEntries(own) };
  return {
    traceId: traceId ?? '',
    spanId: spanId ?? '',
    parentSpanId: null,
    serviceName: resource.serviceName,
    name: [attributes['gen_ai.operation.name'], said['gen_ai.request.model']].filter(Boolean).join(' '),
    kind: null,
    startNs: first,
    endNs: last === first ? null : last,
    status: 'UNSET',
    statusMessage: null,
    attributes,
    events,
    links: [],
    traceFlags: null,
    traceState: null,
    resource: resource.attributes,
    isPartial: true,
  };
}
