import { csvHead, type DocumentFormat, type DocumentRows, eachCsvObject, isCsv } from '../documents';
import { eachRecord, Fields, isObject, type Json, jsonHead, stemOf } from '../recorded-chat';
import type { Place } from '../types';
import { addChatTable, isChatTable } from './chatml';
import { withScoreColumns } from './score-columns';
import { camelKeys, type Shape, shapeOf } from './shapes';
import { Traces } from './traces';

/** Exports of Langfuse: one trace with its observations, pages of the API, and tables of traces, observations or scores as JSON, lines or CSV. */
export const langfuse: DocumentFormat = {
  name: 'langfuse',
  recognise(place) {
    const shape = shapeOfHead(place);
    if (shape !== undefined) return { dialect: shape };
    return isChatTable(jsonHead(place)?.value) ? { dialect: 'chats' } : undefined;
  },
  openReader(rows) {
    const traces = new Traces(rows);
    return {
      finish: async () => traces.finish(),
      async readFile(file) {
        traces.startFile();
        if (isCsv(file))
          await eachCsvObject(file, rows, (value, at, length) =>
            addObject({ value, at, length }, rows, traces),
          );
        else await eachRecord(file, rows, take);
        traces.flush();

        function take(value: unknown, at: string, length: number): void {
          if (Array.isArray(value)) {
            for (const [index, one] of value.entries()) take(one, `${at}[${index}]`, length / value.length);
          } else if (isChatTable(value)) addChatTable(value, stemOf(file.name), rows);
          else addObject({ value, at, length }, rows, traces);
        }
      },
    };
  },
};

function shapeOfHead(place: Place): string | undefined {
  const value = jsonHead(place)?.value;
  if (value !== undefined) return shapeOf(Array.isArray(value) ? value[0] : value);
  const header = csvHead(place.head);
  return header !== undefined && shapeOf(header) !== undefined ? 'csv' : undefined;
}

function addObject(
  { value, at, length }: { readonly value: unknown; readonly at: string; readonly length: number },
  rows: DocumentRows,
  traces: Traces,
): void {
  const shape: Shape | undefined = shapeOf(value);
  if (shape === undefined || !isObject(value)) {
    rows.skip(at, 'The record is no trace, observation or score of Langfuse.');
    return;
  }
  const row = withScoreColumns(camelKeys(value), value);
  const said = new Fields(row, at, (message, where) => rows.warn(message, where));
  switch (shape) {
    case 'bundle':
      addBundle(said, length, traces);
      return;
    case 'page':
      for (const one of said.objects('data'))
        addObject({ value: one.value, at: one.at, length: length / 2 }, rows, traces);
      return;
    case 'session':
      for (const one of said.objects('traces'))
        addObject({ value: one.value, at: one.at, length }, rows, traces);
      return;
    case 'trace':
      if (said.list('observations').length > 0 && !traces.owns(said)) return;
      addTrace(said, length, traces);
      rows.read();
      return;
    case 'observation':
      traces.addObservation(said, length);
      return;
    case 'score':
      if (traces.addScore(said)) rows.read();
  }
}

/** Some tell the observations twice, inside the trace without their texts and beside it with them. */
function addBundle(said: Fields, length: number, traces: Traces): void {
  const found = said.object('trace');
  if (found === undefined || !traces.owns(found)) return;
  const trace = withValue(found, camelKeys(found.value));
  const beside = camelObjects(said, 'observations');
  if (beside.length === 0) addTrace(trace, length, traces);
  else traces.addTrace(trace);
  const inside = new Map(camelObjects(trace, 'observations').map((one) => [one.name('id'), one.value]));
  for (const one of beside) {
    const merged = withValue(one, mergedOf(inside.get(one.name('id')), one.value));
    traces.addObservation(merged, length / beside.length, trace.name('id'));
  }
  for (const score of camelObjects(said, 'scores')) traces.addScore(score, trace.name('id'));
}

/** What the second says, and what only the first does. */
function mergedOf(first: Json | undefined, second: Json): Json {
  const said = Object.entries(second).filter(([, value]) => value !== null && value !== '');
  return { ...second, ...first, ...Object.fromEntries(said) };
}

function addTrace(trace: Fields, length: number, traces: Traces): void {
  traces.addTrace(trace);
  addObservations(trace, length, traces);
}

/** Older pages of the API list the ids of observations alone. */
function addObservations(said: Fields, length: number, traces: Traces): void {
  const list = said.list('observations');
  if (list.every((one) => typeof one === 'string')) return;
  for (const one of camelObjects(said, 'observations'))
    traces.addObservation(one, length / list.length, said.name('id'));
}

function camelObjects(said: Fields, key: string): Fields[] {
  return said.objects(key).map((one) => withValue(one, camelKeys(one.value)));
}

function withValue(said: Fields, value: Json): Fields {
  return new Fields(value, said.at, (message) => said.warn(message));
}
