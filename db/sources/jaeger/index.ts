import { basename } from 'node:path';
import { ExpectedError } from '../../model';
import {
  type DocumentFile,
  type DocumentFormat,
  type DocumentRows,
  eachAround,
  eachElement,
} from '../documents';
import { lookAt } from '../place';
import { betweenBlocks, isRecord, SpanCollector, textOf } from '../spans';
import { type JaegerProcess, jaegerSpan, processOf } from './jaeger-span';

const ANSWER = ['data', 'spans'];
const FOUND = ['hits', 'hits'];

/**
 * Jaeger's JSON: the answer of its API, what its UI downloads (`data[].spans[]`), one trace by itself, or its stored spans, also as
 * Elasticsearch answers with them or dumps them (`_source`).
 */
export const jaeger: DocumentFormat = {
  name: 'jaeger',
  recognise({ head }) {
    return pathOf(head) === undefined ? undefined : { dialect: null };
  },
  openReader(rows) {
    const collector = new SpanCollector(rows);
    return {
      async readFile(file) {
        const { head } = await lookAt(file.path);
        collector.startFile();
        await readSpans(file, rows, { collector, path: pathOf(head) ?? ANSWER });
        collector.endFile();
      },
    };
  },
};

/** Members that lead to the spans; none where the spans stand by themselves. Undefined: this is not Jaeger's. */
function pathOf(head: Uint8Array): readonly string[] | undefined {
  const text = Buffer.from(head).toString('utf8');
  if (!/^[\s\ufeff]*[[{]/.test(text)) return undefined;
  if (isAnswer(text)) return ANSWER;
  if (!/"traceID"\s*:/.test(text) || !/"spanID"\s*:/.test(text) || !/"operationName"\s*:/.test(text))
    return undefined;
  const list = text.search(/"spans"\s*:\s*\[/);
  if (list === -1) return /"hits"\s*:\s*\{[^[]*"hits"\s*:\s*\[/.test(text) ? FOUND : [];
  return /"data"\s*:\s*\[/.test(text.slice(0, list)) ? ANSWER : ['spans'];
}

/** Without traces too: `{data: [], total, limit, offset, errors}`. */
function isAnswer(text: string): boolean {
  const names = ['data', 'total', 'limit', 'offset', 'errors'];
  return (
    /^[\s\ufeff]*\{\s*"data"\s*:\s*(?:null|\[\s*\])/.test(text) &&
    names.every((name) => text.includes(`"${name}"`))
  );
}

async function readSpans(
  file: DocumentFile,
  rows: DocumentRows,
  { collector, path }: { readonly collector: SpanCollector; readonly path: readonly string[] },
): Promise<void> {
  const processes = await readProcesses(file, path);
  let owner: unknown;
  let place = -1;
  const read = await eachElement(
    file,
    betweenBlocks(rows, collector),
    path,
    (value, { around, offset, text }) => {
      if (place === -1 || around.at(-1) !== owner) place += 1;
      owner = around.at(-1);
      const stored = isRecord(value) && isRecord(value._source) ? value._source : value;
      const span = jaegerSpan(stored, processes[place] ?? new Map());
      if (span === undefined) rows.skip(`byte ${offset}`, 'A span without a trace id or a span id.');
      else collector.add(span, `byte ${offset}`, text.length);
    },
  );
  const [error] = listOf(read.rest.get('errors'));
  if (error === undefined) return;
  const said = isRecord(error) ? (textOf(error, 'msg', 'message') ?? 'an error') : String(error);
  if (read.elements > 0) rows.warn(`Jaeger said with its answer: ${said}.`);
  else {
    throw new ExpectedError(
      'SOURCE_UNREADABLE',
      `${basename(file.path)} is an error that Jaeger answered with: ${said}.`,
      {
        path: file.path,
        action: 'Download the trace from Jaeger again.',
      },
    );
  }
}

/** Of each trace of the file; they stand behind the spans that name them. */
async function readProcesses(
  file: DocumentFile,
  path: readonly string[],
): Promise<readonly ReadonlyMap<string, JaegerProcess>[]> {
  const found: ReadonlyMap<string, unknown>[] = [];
  if (path.length === 0) return [];
  await eachAround(file, path, (around) => {
    const own = around.at(-1);
    if (own !== undefined) found.push(own);
  });
  return found.map((trace) => {
    const processes = trace.get('processes');
    return new Map(
      isRecord(processes)
        ? Object.entries(processes).map(([id, value]) => [id, processOf(value)] as const)
        : [],
    );
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
