import { basename, extname } from 'node:path';
import { type DocumentFile, type DocumentFormat, type DocumentRows, eachElement } from '../documents';
import { lookAt } from '../place';
import { betweenBlocks, isRecord, SpanCollector } from '../spans';
import { anySpan, type FileSpan } from './any-span';
import { type SpanShape, shapeOf } from './shape';

/** Spans as programs keep them by themselves: Junjo AI Studio's API, what OpenTelemetry's SDKs print, or the attributes of one span. */
export const spanJson: DocumentFormat = {
  name: 'span-json',
  recognise({ head }) {
    const shape = shapeOf(head);
    return shape === undefined ? undefined : { dialect: shape.dialect };
  },
  openReader(rows) {
    const collector = new SpanCollector(rows);
    return {
      async readFile(file) {
        const { head } = await lookAt(file.path);
        collector.startFile();
        await readSpans(file, rows, { collector, shape: shapeOf(head) ?? { dialect: 'sdk', path: [] } });
        collector.endFile();
      },
    };
  },
};

async function readSpans(
  file: DocumentFile,
  rows: DocumentRows,
  { collector, shape }: { readonly collector: SpanCollector; readonly shape: SpanShape },
): Promise<void> {
  const name = basename(file.path, extname(file.path));
  const read = await eachElement(
    file,
    betweenBlocks(rows, collector),
    shape.path,
    (value, { offset, ordinal, text }) => {
      const found = spansIn(value, shape, { traceId: name, spanId: ordinal.toString(16).padStart(16, '0') });
      if (found.length === 0) rows.skip(`byte ${offset}`, 'A span without a trace id or a span id.');
      for (const span of found) collector.add(span, `byte ${offset}`, text.length / found.length);
    },
  );
  const diagnostic = read.rest.get('expected_diagnostic');
  if (typeof diagnostic === 'string') rows.warn(`The file says that its trace is not sound: ${diagnostic}.`);
}

function spansIn(value: unknown, { dialect }: SpanShape, own: FileSpan) {
  const span = anySpan(value, dialect === 'attributes' ? own : undefined);
  if (span !== undefined) return [span];
  // Grouped: `{"ai.embed": [span, …], …}`.
  if (!isRecord(value)) return [];
  return Object.values(value).flatMap((group) =>
    Array.isArray(group) ? group.flatMap((one: unknown) => anySpan(one, undefined) ?? []) : [],
  );
}
