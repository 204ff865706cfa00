import {
  bytesOf,
  type DocumentFile,
  type DocumentRows,
  eachAround,
  eachElement,
  eachJsonLine,
  type JsonMembers,
} from '../documents';
import { betweenBlocks, isRecord, type SpanCollector } from '../spans';
import { jsonSpan, noResource, type Resource, resourceOf } from './json-span';
import type { JsonShape } from './recognise';

/** Lines longer than this are read like one document. */
const LONGEST_LINE = 8_000_000;
/** Of a line's end, where spaces may stand. */
const TAIL = 64;

interface JsonReading {
  readonly collector: SpanCollector;
  readonly shape: JsonShape;
}

/** One document of any size, or a document a line, each standing for itself. */
export async function readJson(file: DocumentFile, rows: DocumentRows, reading: JsonReading): Promise<void> {
  if (await isJsonLines(file)) await readLines(file, rows, reading);
  else await readDocument(file, rows, reading);
}

async function readDocument(file: DocumentFile, rows: DocumentRows, reading: JsonReading): Promise<void> {
  const { collector, shape } = reading;
  const behind = shape.isResourceBehind ? await resourcesOf(file, shape) : undefined;
  let owner: JsonMembers | undefined;
  let holders = 0;
  let resource = noResource;
  await eachElement(file, betweenBlocks(rows, collector), shape.path, (value, { around, offset, text }) => {
    const [, holder] = around;
    if (holder !== owner) {
      owner = holder;
      resource = behind?.[holders] ?? resourceOf(holder?.get('resource'));
      holders += 1;
    }
    addSpan(value, { rows, collector, resource, at: `byte ${offset}`, characters: text.length });
  });
}

/** Of each element of `resourceSpans` that has spans: a writer that puts them behind the spans does so everywhere. */
async function resourcesOf(file: DocumentFile, { path }: JsonShape): Promise<Resource[]> {
  const holders = new Set<JsonMembers>();
  await eachAround(file, path, ([, holder]) => {
    if (holder !== undefined) holders.add(holder);
  });
  return [...holders].map((holder) => resourceOf(holder.get('resource')));
}

async function readLines(
  file: DocumentFile,
  rows: DocumentRows,
  { collector, shape }: JsonReading,
): Promise<void> {
  const [resources, scopes, leaf] = shape.path;
  await eachJsonLine(file, betweenBlocks(rows, collector), (value, line, text) => {
    const listed = isRecord(value) ? value[resources] : undefined;
    if (!Array.isArray(listed)) {
      rows.skip(line, 'The line holds no spans of OTLP.');
      return;
    }
    const found = listed.flatMap((one: unknown) => {
      const resource = isRecord(one) ? resourceOf(one.resource) : noResource;
      return listIn(one, scopes).flatMap((scope) => listIn(scope, leaf).map((span) => ({ span, resource })));
    });
    const characters = text.length / Math.max(1, found.length);
    for (const { span, resource } of found)
      addSpan(span, { rows, collector, resource, at: line, characters });
  });
}

function listIn(value: unknown, name: string): unknown[] {
  const list = isRecord(value) ? value[name] : undefined;
  return Array.isArray(list) ? list : [];
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

/** The first line is an object, and another begins behind it. */
async function isJsonLines(file: DocumentFile): Promise<boolean> {
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
