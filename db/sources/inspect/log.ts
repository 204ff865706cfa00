import type { DocumentFile, DocumentRows } from '../documents';
import { type Fields, isObject, jsonOrNull, Names, Ordinals, stemOf, utcOf } from '../recorded-chat';
import type { SampleFiles } from './sample-files';

/** Where a log is read from, and where its rows go. */
export interface LogReading {
  readonly file: DocumentFile;
  readonly rows: DocumentRows;
  readonly files: SampleFiles;
}

/** One log: an evaluation of one task with one model. */
export interface LogPlace {
  readonly rows: DocumentRows;
  readonly file: string;
  readonly files: SampleFiles;
  readonly ordinals: Ordinals;
  readonly names: Names;
  readonly experimentId: string;
  /** False: samples without the log they belong to. */
  readonly hasLog: boolean;
  /** Its evaluation has an id: a sample of the same name is the same sample. */
  readonly hasId: boolean;
  readonly task: string | null;
  /** A task keeps it when it is retried. */
  readonly taskId: string | null;
  readonly model: string | null;
  /** When the evaluation was made; for samples that carry no time. */
  readonly createdAt: string | null;
  readonly hasEpochs: boolean;
}

/** `header.json`, `_journal/start.json`, or a whole JSON log. */
export function isLog(value: unknown): boolean {
  if (!isObject(value) || !isObject(value.eval)) return false;
  const { eval: said } = value;
  return 'task' in said || 'task_id' in said || 'run_id' in said;
}

/** A file of `samples/`, unpacked by somebody. */
export function isSample(value: unknown): boolean {
  return (
    isObject(value) &&
    'epoch' in value &&
    'id' in value &&
    ('messages' in value || 'events' in value || 'input' in value)
  );
}

const eventKinds = new Set([
  'sample_init',
  'span_begin',
  'step',
  'state',
  'store',
  'model',
  'tool',
  'subtask',
  'sandbox',
  'info',
  'input',
  'score',
]);

/** A sample's events alone. */
export function isEventList(value: unknown): boolean {
  const first: unknown = isObject(value) && Array.isArray(value.events) ? value.events[0] : undefined;
  return isObject(first) && eventKinds.has(String(first.event)) && 'timestamp' in first;
}

function idOf(header: Fields | undefined): string | null {
  const said = header?.object('eval');
  const run = said?.name('run_id');
  const task = said?.name('task_id');
  return said?.name('eval_id') ?? (run && task ? `${run}/${task}` : (run ?? task ?? null));
}

export function addExperiment(
  header: Fields,
  reductions: unknown,
  place: Pick<LogPlace, 'rows' | 'experimentId' | 'createdAt'>,
): void {
  const said = header.object('eval');
  const status = header.text('status');
  const model = said?.name('model') ?? null;
  place.rows.add('experiments', {
    experiment_id: place.experimentId,
    name: [said?.name('task'), model].filter((part) => part).join(' · ') || place.experimentId,
    description: null,
    status: status === 'success' ? 'completed' : status === 'started' ? 'running' : status,
    created_at: place.createdAt,
    configuration: jsonOrNull({ eval: said?.value, plan: header.raw('plan') }),
    error: header.object('error')?.text('message') ?? null,
    metadata: jsonOrNull({
      version: header.raw('version'),
      results: header.raw('results'),
      stats: header.raw('stats'),
      reductions: reductions ?? header.raw('reductions'),
      tags: header.raw('tags'),
    }),
  });
}

export function placeOf(header: Fields | undefined, { file, rows, files }: LogReading): LogPlace {
  const said = header?.object('eval');
  const epochs = said?.object('config')?.number('epochs') ?? 1;
  const id = idOf(header);
  return {
    rows,
    file: file.name,
    files,
    ordinals: new Ordinals(),
    names: new Names(),
    experimentId: id ?? stemOf(file.name),
    hasId: id !== null,
    hasLog: header !== undefined,
    task: said?.name('task') ?? null,
    taskId: said?.name('task_id') ?? null,
    model: said?.name('model') ?? null,
    createdAt: utcOf(said?.raw('created')),
    hasEpochs: epochs > 1,
  };
}
