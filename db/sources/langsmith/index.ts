import {
  csvHead,
  type DocumentFile,
  type DocumentFormat,
  type DocumentRows,
  eachCsvObject,
  eachJsonLine,
  isCsv,
} from '../documents';
import { eachRecord, Fields, isObject, jsonHead, stemOf } from '../recorded-chat';
import { ManagedSession } from './managed-agents';
import { Runs } from './runs';
import { isRun, pageKeys, shapeOf } from './shapes';

/** Runs of LangSmith: exported as JSON, lines or CSV, pages of the API, nested with their children, or as the SDK sent them. */
export const langsmith: DocumentFormat = {
  name: 'langsmith',
  recognise(place) {
    const value = jsonHead(place)?.value;
    const shape = shapeOf(value) ?? (Array.isArray(value) ? shapeOf(value[0]) : undefined);
    if (shape !== undefined) return { dialect: shape };
    return value === undefined && isRun(csvHead(place.head)) ? { dialect: 'csv' } : undefined;
  },
  openReader: (rows) => {
    const counted = new Set<string>();
    return { readFile: (file) => readRuns(file, rows, counted) };
  },
};

/** `counted`: the runs that other files told whole. */
async function readRuns(file: DocumentFile, rows: DocumentRows, counted: Set<string>): Promise<void> {
  const runs = new Runs(rows, counted);
  const reading: Reading = { rows, runs, name: stemOf(file.name), managed: undefined };
  // A recording of calls is lines that are arrays, which would be taken for one array of runs.
  const isRecording = /\.(?:jsonl|ndjson)(?:\.\w+)?$/i.test(file.path);
  const take = (value: unknown, at: string, length: number) => {
    if (Array.isArray(value) && shapeOf(value) === undefined)
      for (const [index, one] of value.entries())
        addObject(one, `${at}[${index}]`, length / value.length, reading);
    else addObject(value, at, length, reading);
  };
  if (isCsv(file)) await eachCsvObject(file, rows, take);
  else if (isRecording) {
    await eachJsonLine(file, rows, (value, line, text) => take(value, `${line}`, text.length));
  } else await eachRecord(file, rows, take);
  runs.finish();
  reading.managed?.finish();
}

interface Reading {
  readonly rows: DocumentRows;
  readonly runs: Runs;
  readonly name: string;
  managed: ManagedSession | undefined;
}

function addObject(value: unknown, at: string, length: number, reading: Reading): void {
  const { rows, runs } = reading;
  const shape = shapeOf(value);
  if (shape === 'managed-agents' && Array.isArray(value)) {
    reading.managed ??= new ManagedSession(rows, reading.name);
    reading.managed.add(value, at);
    return;
  }
  if (shape === undefined || !isObject(value)) {
    rows.skip(at, 'The record is no run of LangSmith.');
    return;
  }
  const said = new Fields(value, at, (message, where) => rows.warn(message, where));
  switch (shape) {
    case 'run':
      runs.add(said, length);
      return;
    case 'feedback':
      runs.addFeedback(said);
      rows.read();
      return;
    default:
      for (const run of ['post', 'patch', ...pageKeys].flatMap((key) => said.objects(key)))
        runs.add(run, length / 2);
      for (const one of said.objects('feedback')) if (!isRun(one.value)) runs.addFeedback(one);
  }
}
