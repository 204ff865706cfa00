import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type DocumentFile,
  type DocumentFormat,
  type DocumentRows,
  eachElement,
  type JsonMembers,
} from '../documents';
import { lookPastTexts } from '../long-head';
import {
  Fields,
  isObject,
  type Json,
  jsonHead,
  largestInOnePiece,
  Names,
  Ordinals,
  readDocument,
  stemOf,
} from '../recorded-chat';
import { addEntry, isEntry } from './entry';
import { addFewShot, isFewShot } from './few-shot';
import { addRun, type RunPlace } from './run';
import { addSimulation, isSimulation, isTau2 } from './tau2';

/** Results of tau-bench (a list of entries with `traj`), tau2-bench (`simulations`), and tau-bench's few-shot conversations. */
export const tauBench: DocumentFormat = {
  name: 'tau-bench',
  recognise(place) {
    const head = jsonHead(place);
    if (head === undefined) return undefined;
    const { value } = head;
    if (isTau2(value) || isSimulation(value)) return { dialect: 'tau2' };
    if (isEntry(Array.isArray(value) ? value[0] : value)) return { dialect: 'results' };
    return isFewShot(value) ? { dialect: 'few-shot' } : undefined;
  },
  openReader: (rows) => ({ readFile: (file) => readResults(file, rows) }),
};

/** What is wrong with it is said where it is read itself. */
const unheard = { warn: () => undefined };

/** What the `results.json` beside a folder of simulations says of all of them; nothing where there is none. */
async function resultsAbove(file: DocumentFile): Promise<{ readonly name: string; readonly results: Json }> {
  const folder = dirname(dirname(resolve(file.path)));
  const path = join(folder, 'results.json');
  const found = await stat(path).catch(() => undefined);
  const isRead = found?.isFile() === true && found.size <= largestInOnePiece;
  const parsed = isRead
    ? await readDocument({ path, name: 'results.json', signal: file.signal }, unheard).catch(() => undefined)
    : undefined;
  return isObject(parsed?.value) && isTau2(parsed.value)
    ? { name: basename(folder), results: parsed.value }
    : { name: stemOf(file.name), results: {} };
}

async function readResults(file: DocumentFile, rows: DocumentRows): Promise<void> {
  const place: RunPlace = { run: stemOf(file.name), rows, ordinals: new Ordinals(), names: new Names() };
  const head = jsonHead(await lookPastTexts(file));
  if (head?.layout === 'document' && isSimulation(head.value)) {
    await readSimulation(file, rows);
    return;
  }
  const hasSimulations = isTau2(head?.value);
  // A small one is read in one piece: where it breaks off, its last conversation is shown as far as it goes.
  if (head?.layout === 'lines' || file.size > largestInOnePiece) {
    const path = hasSimulations ? ['simulations'] : [];
    await eachElement(file, rows, path, (value, { ordinal, around }) =>
      take(value, `[${ordinal}]`, hasSimulations ? membersOf(around[0]) : undefined),
    );
  } else {
    const { value } = await readDocument(file, rows);
    const results = hasSimulations && isObject(value) ? value : undefined;
    // Without them they lie in files of their own.
    if (results !== undefined && results.simulations === undefined) await saySimulations(file, results, rows);
    const list = results === undefined ? value : (results.simulations ?? []);
    for (const [index, entry] of (Array.isArray(list) ? list : [list]).entries()) {
      take(entry, `[${index}]`, results);
      await rows.flushWhenFull();
    }
  }
  addRun(place);

  function take(value: unknown, at: string, results: Json | undefined): void {
    const note = (message: string, where: string) => rows.warn(message, where);
    if (results !== undefined && isObject(value))
      addSimulation(new Fields(value, at, note), new Fields(results, '$', note), place);
    else if (isEntry(value)) addEntry(new Fields(value, at, note), place);
    else if (isFewShot(value)) addFewShot(value, place);
    else {
      rows.skip(at, 'The record is no tau-bench conversation.');
      return;
    }
    rows.read();
  }
}

/** A run whose conversations lie beside it, or do not. */
async function saySimulations(file: DocumentFile, results: Json, rows: DocumentRows): Promise<void> {
  const beside = await stat(join(dirname(resolve(file.path)), 'simulations')).catch(() => undefined);
  const tasks = Array.isArray(results.tasks) ? results.tasks.length : 0;
  const run = `The file describes a run of ${tasks.toLocaleString('en-US')} ${tasks === 1 ? 'task' : 'tasks'}`;
  if (beside?.isDirectory() !== true)
    rows.warn(
      `${run} and holds no conversation: they are in a folder “simulations”, which is not beside it.`,
    );
  else if (file.root === file.path)
    rows.warn(`${run}: open its folder for the conversations in “simulations”.`);
}

async function readSimulation(file: DocumentFile, rows: DocumentRows): Promise<void> {
  const { value } = await readDocument(file, rows);
  if (!isObject(value)) return;
  const { name, results } = await resultsAbove(file);
  const place: RunPlace = { run: name, rows, ordinals: new Ordinals(), names: new Names() };
  const note = (message: string, where: string) => rows.warn(message, where);
  addSimulation(new Fields(value, '$', note), new Fields(results, 'results.json', note), place);
  rows.read();
  addRun(place);
}

function membersOf(members: JsonMembers | undefined): Json {
  return Object.fromEntries(members ?? []);
}
