import { ExpectedError } from '../../model';
import { bytesOf, type DocumentFile, type DocumentRows, eachJsonLine } from '../documents';
import { betweenBlocks, isRecord, type SpanCollector } from '../spans';
import type { eachSpan, SpanCutting, SpanTaker } from './document-spans';
import type { Signal } from './framing';
import { jsonSpan, noResource, type Resource, resourceOf } from './json-span';
import { REQUESTS, RESOURCES, SCOPES } from './recognise';
import { spanOf } from './span-scanner';

/** Lines longer than this are read like one document. */
const LONGEST_LINE = 8_000_000;
/** Of a line's end, where spaces may stand. */
const TAIL = 64;

interface JsonReading extends SpanCutting {
  readonly collector: SpanCollector;
  /** A line of another signal that has been read. */
  readonly isRead: (line: number) => boolean;
  /** Of a document. */
  readonly cut: typeof eachSpan;
}

/** One document of any size, or a document a line, each standing for itself. Tells the signal of a file that has another one, and no span. */
export async function readJson(
  file: DocumentFile,
  rows: DocumentRows,
  reading: JsonReading,
): Promise<Signal | undefined> {
  if (await isJsonLines(file)) return readLines(file, rows, reading);
  const { signal } = reading.shape;
  if (signal !== 'traces') return signal;
  await reading.cut(file, collecting(rows, reading.collector), reading);
  return undefined;
}

/** Gives the spans of a document to the collector. */
function collecting(rows: DocumentRows, collector: SpanCollector): SpanTaker {
  return {
    ...betweenBlocks(rows, collector),
    takeScanned: (scanned, { offset, resource }) =>
      collector.add(spanOf(scanned, resource), `byte ${offset}`, scanned.length, scanned.line),
    takeValue: (value, text, { offset, resource }) =>
      addSpan(value, { rows, collector, resource, at: `byte ${offset}`, characters: text.length }),
  };
}

async function readLines(
  file: DocumentFile,
  rows: DocumentRows,
  { collector, isRead, shape }: JsonReading,
): Promise<Signal | undefined> {
  let spans = 0;
  let joined = 0;
  let otherSignal: Signal | undefined;
  await eachJsonLine(file, betweenBlocks(rows, collector), (value, line, text) => {
    const resources = resourcesIn(value, shape.around);
    if (resources === undefined) {
      if (isRead(line)) {
        joined += 1;
        return;
      }
      const signal = signalOf(value);
      otherSignal ??= signal;
      rows.skip(
        line,
        signal === undefined
          ? 'The line holds no spans of OTLP.'
          : `The line holds OTLP ${signal}, not traces.`,
      );
      return;
    }
    const found = resources.flatMap((one: unknown) => {
      const resource = isRecord(one) ? resourceOf(one.resource) : noResource;
      return listIn(one, SCOPES).flatMap((scope) =>
        listIn(scope, ['spans']).map((span) => ({ span, resource })),
      );
    });
    spans += found.length;
    const characters = text.length / Math.max(1, found.length);
    for (const { span, resource } of found)
      addSpan(span, { rows, collector, resource, at: line, characters });
  });
  if (spans > 0) rows.read(joined);
  return spans === 0 ? (joined > 0 ? 'logs' : otherSignal) : undefined;
}

/** The resources of a line: a request, one inside of an answer, a list of requests, or one resource by itself. Undefined: it has none. */
function resourcesIn(value: unknown, around: readonly string[]): unknown[] | undefined {
  if (Array.isArray(value)) {
    const found = value.map((one: unknown) => resourcesIn(one, around));
    return found.includes(undefined) ? undefined : found.flatMap((one) => one ?? []);
  }
  const inner = around.reduce((one: unknown, name) => (isRecord(one) ? (one[name] ?? one) : one), value);
  if (!isRecord(inner)) return undefined;
  if (REQUESTS.some((name) => Array.isArray(inner[name]))) return listIn(inner, REQUESTS);
  return SCOPES.some((name) => Array.isArray(inner[name])) ? [inner] : undefined;
}

function signalOf(value: unknown): Signal | undefined {
  const name = isRecord(value) ? Object.keys(value).find((one) => RESOURCES[one] !== undefined) : undefined;
  return name === undefined ? undefined : RESOURCES[name];
}

/** What is listed under these names. */
export function listIn(value: unknown, names: readonly string[]): unknown[] {
  if (!isRecord(value)) return [];
  return names.flatMap((name) => {
    const list = value[name];
    return Array.isArray(list) ? list : [];
  });
}

interface SpanPlace {
  readonly rows: DocumentRows;
  readonly collector: SpanCollector;
  readonly resource: Resource;
  readonly at: string | number;
  readonly characters: number;
}

function addSpan(value: unknown, { rows, collector, resource, at, characters }: SpanPlace): void {
  const span = jsonSpan(value, resource);
  if (span === undefined) rows.skip(at, 'A span without a trace id or a span id.');
  else collector.add(span, at, characters);
}

/** The first line is an object, and another begins behind it. What cannot be unpacked to its end says so when it is read. */
export async function isJsonLines(file: DocumentFile): Promise<boolean> {
  try {
    return await beginsWithLines(file);
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'FORMAT_DAMAGED') return false;
    throw error;
  }
}

async function beginsWithLines(file: DocumentFile): Promise<boolean> {
  let looked = 0;
  let line = '';
  let isBehind = false;
  for await (const block of bytesOf(file.path, file.signal)) {
    const end = isBehind ? -1 : block.indexOf(0x0a);
    if (!isBehind) {
      const stop = end === -1 ? block.length : end;
      line = (line + block.toString('latin1', Math.max(0, stop - TAIL), stop)).slice(-TAIL);
      looked += block.length;
      if (end === -1 && looked <= LONGEST_LINE) continue;
      if (end === -1 || !line.trimEnd().endsWith('}')) return false;
      isBehind = true;
    }
    const next = block.toString('latin1', end + 1).trimStart();
    if (next !== '') return next.startsWith('{');
  }
  return false;
}
