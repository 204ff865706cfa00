import { basename } from 'node:path';
import { ExpectedError } from '../../model';
import type { DocumentFile, DocumentFormat, DocumentReader, DocumentRows } from '../documents';
import { lookAt } from '../place';
import { SpanCollector } from '../spans';
import { eachSpanOfThread } from './cutter-thread';
import { eachSpan } from './document-spans';
import { framingOf } from './framing';
import { LogEvents } from './log-events';
import { readJson } from './read-json';
import { readProtobuf } from './read-protobuf';
import { jsonShapeOf, recogniseOtlp } from './recognise';
import { SpanScanner } from './span-scanner';

/** A thread takes longer to start than a smaller file to be read. */
const LEAST_APART_BYTES = 32_000_000;

/** How JSON is read. Tests read it in each way, which must give the same rows. */
export interface JsonWays {
  readonly makeScanner: () => SpanScanner | undefined;
  /** What cuts a document that a scanner reads. */
  readonly cutterOf: (file: DocumentFile) => typeof eachSpan;
}

/** OpenTelemetry's own files: JSON (a document, or one a line) and protobuf, as exporters and the Collector write them. */
export const otlp = otlpReadBy({
  makeScanner: () => new SpanScanner(),
  cutterOf: ({ size }) => (size < LEAST_APART_BYTES ? eachSpan : eachSpanOfThread),
});

export function otlpReadBy(ways: JsonWays): DocumentFormat {
  return { name: 'otlp', recognise: recogniseOtlp, openReader: (rows) => openReader(rows, ways) };
}

function openReader(rows: DocumentRows, { makeScanner, cutterOf }: JsonWays): DocumentReader {
  const logs = new LogEvents();
  const collector = new SpanCollector(rows, logs.joined);
  let scanner: SpanScanner | undefined;
  return {
    async readFile(file) {
      const { head } = await lookAt(file.path);
      const text = Buffer.from(head).toString('utf8');
      const shape = jsonShapeOf(text);
      collector.startFile();
      await logs.learn(file, rows, text);
      if (shape !== undefined) {
        // Collectors write every signal into one file when they are told to.
        const isRead = (line: number) => logs.hasLine(file, line);
        if (logs.isEmpty) scanner ??= makeScanner();
        else scanner = undefined;
        const cut = scanner === undefined ? eachSpan : cutterOf(file);
        const other = await readJson(file, rows, { collector, shape, isRead, scanner, cut });
        const isRecorded = other === 'logs' && (await logs.read(file, rows, collector));
        if (other !== undefined && !isRecorded) throw noTraces(file, other);
      } else {
        const { framing, signal } = framingOf(head) ?? { framing: 'none', signal: 'traces' };
        if (signal === 'traces') await readProtobuf(file, rows, { collector, framing });
        else if (signal !== 'logs' || !(await logs.read(file, rows, collector))) throw noTraces(file, signal);
      }
      collector.endFile();
    },
  };
}

function noTraces(file: DocumentFile, signal: string): ExpectedError<'SCHEMA_UNSUPPORTED'> {
  return new ExpectedError('SCHEMA_UNSUPPORTED', `${basename(file.path)} holds OTLP ${signal}, not traces.`, {
    path: file.path,
    action: 'Open the file of traces (`resourceSpans`) that was recorded beside it.',
    found: [signal],
    wanted: ['traces'],
  });
}
