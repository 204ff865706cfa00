import { basename } from 'node:path';
import { type DocumentFile, type DocumentFormat, type DocumentRows, eachJsonLine } from '../documents';
import { Fields, isObject, jsonHead, Names, Ordinals, readDocument, stemOf } from '../recorded-chat';
import { addEntry, isEntry } from './entry';
import { addFewShot, isFewShot } from './few-shot';
import { addRun, type RunPlace } from './run';
import { addSimulation, isTau2 } from './tau2';

/** Results of tau-bench (a list of entries with `traj`), tau2-bench (`simulations`), and tau-bench's few-shot conversations. */
export const tauBench: DocumentFormat = {
  name: 'tau-bench',
  recognise(place) {
    const head = jsonHead(place);
    if (head === undefined) return undefined;
    const { value } = head;
    if (isTau2(value)) return { dialect: 'tau2' };
    if (isEntry(Array.isArray(value) ? value[0] : value)) return { dialect: 'results' };
    return head.layout === 'lines' && isFewShot(value) ? { dialect: 'few-shot' } : undefined;
  },
  openReader: (rows) => ({ readFile: (file) => readResults(file, rows) }),
};

async function readResults(file: DocumentFile, rows: DocumentRows): Promise<void> {
  const note = (message: string, at: string) => rows.warn(message, at);
  const stem = stemOf(file.name);
  const place: RunPlace = { run: stem, rows, ordinals: new Ordinals(), names: new Names() };
  if (/\.(?:jsonl|ndjson)(?:\.\w+)?$/i.test(basename(file.path))) {
    await eachJsonLine(file, rows, (value, line) => take(value, `${line}`));
  } else {
    const { value, isCut } = await readDocument(file);
    if (isCut) rows.warn('The file breaks off: what came before is shown.', 'end');
    if (isTau2(value) && isObject(value)) await readTau2(new Fields(value, '$', note), place);
    else
      for (const [index, entry] of (Array.isArray(value) ? value : [value]).entries()) {
        take(entry, `[${index}]`);
        await rows.flushWhenFull();
      }
  }
  addRun(place);

  function take(value: unknown, at: string): void {
    if (isEntry(value)) addEntry(new Fields(value, at, note), place);
    else if (isFewShot(value)) addFewShot(value, place);
    else {
      rows.skip(at, 'The record is no tau-bench conversation.');
      return;
    }
    rows.read();
  }
}

async function readTau2(results: Fields, place: RunPlace): Promise<void> {
  const tasks = new Map(results.objects('tasks').map((task) => [task.name('id') ?? '', task]));
  const info = results.object('info');
  place.configuration = info?.value;
  for (const simulation of results.objects('simulations')) {
    addSimulation(simulation, tasks.get(simulation.name('task_id') ?? ''), info, place);
    place.rows.read();
    await place.rows.flushWhenFull();
  }
}
