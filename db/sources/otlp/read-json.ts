import {
  bytesOf,
  type DocumentFile,
  type DocumentRows,
  eachElement,
  eachJsonLine,
  type JsonMembers,
} from '../documents';
import { betweenBlocks, isRecord, type SpanCollector } from '../spans';
import { jsonSpan, noResource, type Resource, resourceOf } from './json-span';
import type { JsonShape } from './recognise';

/** Lines longer than this are read like one document. */
const LONGEST_LINE = 8_000_000;

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
  let owner: JsonMembers | undefined;
  let resource = noResource;
  await eachElement(file, betweenBlocks(rows, collector), shape.path, (value, { around, offset, text }) => {
    const [, holder] = around;
    if (holder !== owner) {
      owner = holder;
      resource = resourceOf(holder?.get('resource'));
    }
    addSpan(value, { rows, collector, resource, at: `byte ${offset}`, characters: text.length });
  });
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
  let length = 0;
  let isBehind = false;
  let last = '';
  for await (const block of bytesOf(file.path, file.signal)) {
    let rest = block;
    if (!isBehind) {
      const end = block.indexOf(0x0a);
      last =
        `${last}${block.toString('latin1', Math.max(0, (end === -1 ? block.length : end) - 64), end === -1 ? block.length : end)}`
          .trimEnd()
          .slice(-1);
      length += block.length;
      if (end === -1 && length > LONGEST_LINE) return false;
      if (end === -1) continue;
      if (last !== '}') return false;
      isBehind = true;
      rest = block.subarray(end + 1);
    }
    const next = rest.toString('latin1', 0, 1_000).trimStart();
    if (next !== '') return next.startsWith('{');
  }
  return false;
}
