import { basename } from 'node:path';
import { ExpectedError } from '../../model';
import type { DocumentFile, DocumentFormat } from '../documents';
import { lookAt } from '../place';
import { SpanCollector } from '../spans';
import { framingOf } from './framing';
import { LogEvents } from './log-events';
import { readJson } from './read-json';
import { readProtobuf } from './read-protobuf';
import { jsonShapeOf, recogniseOtlp } from './recognise';

/** OpenTelemetry's own files: JSON (a document, or one a line) and protobuf, as exporters and the Collector write them. */
export const otlp: DocumentFormat = {
  name: 'otlp',
  recognise: recogniseOtlp,
  openReader(rows) {
    const logs = new LogEvents();
    const collector = new SpanCollector(rows, logs.joined);
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
          const other = await readJson(file, rows, { collector, shape, isRead });
          const isRecorded = other === 'logs' && (await logs.read(file, rows, collector));
          if (other !== undefined && !isRecorded) throw noTraces(file, other);
        } else {
          const { framing, signal } = framingOf(head) ?? { framing: 'none', signal: 'traces' };
          if (signal === 'traces') await readProtobuf(file, rows, { collector, framing });
          else if (signal !== 'logs' || !(await logs.read(file, rows, collector)))
            throw noTraces(file, signal);
        }
        collector.endFile();
      },
    };
  },
};

function noTraces(file: DocumentFile, signal: string): ExpectedError<'SCHEMA_UNSUPPORTED'> {
  return new ExpectedError('SCHEMA_UNSUPPORTED', `${basename(file.path)} holds OTLP ${signal}, not traces.`, {
    path: file.path,
    action: 'Open the file of traces (`resourceSpans`) that was recorded beside it.',
    found: [signal],
    wanted: ['traces'],
  });
}
