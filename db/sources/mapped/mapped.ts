import { ExpectedError, type Mapping } from '../../model';
import { TableSource } from '../duckdb';
import { lookAt } from '../place';
import type { OpenTools, Place, TraceSource } from '../types';
import { unknownFormat } from '../unknown-format';
import { type TableKind, tableKindOf } from './kind';
import { mappedFormat } from './mapped-format';
import { MappedPlace } from './mapped-place';
import { type MappingPreview, previewMapping } from './preview';
import { proposeMapping } from './propose';
import { fingerprintOf, type Survey, schemaOf } from './survey';
import { surveyFile } from './survey-file';

/** Mappings that were kept, by the fingerprint of their schema. */
export interface KnownMappings {
  find(fingerprint: string): Mapping | undefined;
  readonly all: readonly Mapping[];
  /** From now on for the files of its schema. */
  keep(next: Mapping): void;
}

/** Kept until the process ends. */
export function mappingsInMemory(): KnownMappings {
  const kept = new Map<string, Mapping>();
  return {
    find: (fingerprint) => kept.get(fingerprint),
    get all() {
      return [...kept.values()];
    },
    keep: (next) => void kept.set(fingerprintOf(next.schema), next),
  };
}

/** A file that no format knows, with a mapping that was given or kept. Undefined: it has no tables, or they are not mapped yet. */
export async function openMapped(
  place: Place,
  tools: OpenTools,
  options: { readonly mapping: Mapping | undefined; readonly signal: AbortSignal },
): Promise<TraceSource[] | undefined> {
  const { mapping: given, signal } = options;
  const kind = await tableKindOf(place, signal);
  if (kind === undefined) return undefined;
  const mapping = given ?? (await keptMapping(place, kind, { tools, signal }));
  if (mapping === undefined) return undefined;
  const source = new MappedPlace({ place, kind, mapping, folder: tools.folder });
  return [new TableSource(mappedFormat(mapping, source.name), mapping.name, source)];
}

async function keptMapping(
  place: Place,
  kind: TableKind,
  { tools, signal }: { readonly tools: OpenTools; readonly signal: AbortSignal },
): Promise<Mapping | undefined> {
  const { mappings } = tools;
  if (mappings === undefined || mappings.all.length === 0) return undefined;
  const survey = await surveyFile(place, kind, { tools, signal });
  return matching(survey, mappings);
}

/** The mapping of this very schema; of JSON, whose keys come and go, one whose columns are there and that knows nearly all others. */
export function matching(survey: Survey, mappings: KnownMappings): Mapping | undefined {
  const schema = schemaOf(survey);
  const exact = mappings.find(fingerprintOf(schema));
  if (exact !== undefined || survey.kind !== 'json') return exact;
  const here = new Set(schema.tables.flatMap(({ columns }) => columns.map(({ name }) => name)));
  return mappings.all.find((mapping) => {
    if (mapping.schema.kind !== 'json') return false;
    const there = mapping.schema.tables.flatMap(({ columns }) => columns.map(({ name }) => name));
    const shared = there.filter((name) => here.has(name)).length;
    const used = mapping.entries
      .flatMap(({ fields }) => Object.values(fields))
      .filter((field) => 'column' in field);
    const isThere = used.every((field) => here.has(field.column));
    return isThere && shared >= SHARED_KEYS * new Set([...here, ...there]).size;
  });
}

const SHARED_KEYS = 0.7;

export interface MappableFile {
  readonly survey: Survey;
  readonly proposal: Mapping;
  readonly fingerprint: string;
}

/** The tables of a file and what they most likely are. FORMAT_UNKNOWN: it has none. */
export async function surveyPath(
  path: string,
  tools: Pick<OpenTools, 'folder'>,
  signal: AbortSignal,
): Promise<MappableFile> {
  const place = await lookAt(path);
  const survey = await surveyFile(place, await kindOrThrow(place, path, signal), { tools, signal });
  if (survey.tables.length === 0)
    throw new ExpectedError('FORMAT_UNKNOWN', `${path} has no table.`, {
      path,
      action: 'Open a file with tables, or a trace file.',
    });
  const proposal = proposeMapping(survey);
  return { survey, proposal, fingerprint: fingerprintOf(proposal.schema) };
}

export async function previewPath(
  path: string,
  mapping: Mapping,
  options: { readonly folder: string; readonly signal: AbortSignal },
): Promise<MappingPreview> {
  const { folder, signal } = options;
  const place = await lookAt(path);
  const kind = await kindOrThrow(place, path, signal);
  const survey = await surveyFile(place, kind, { tools: { folder }, signal });
  return previewMapping({ place, kind, mapping, folder }, survey, signal);
}

async function kindOrThrow(place: Place, path: string, signal: AbortSignal): Promise<TableKind> {
  const kind = await tableKindOf(place, signal);
  if (kind === undefined) throw unknownFormat(place, path);
  return kind;
}

/** The failure of a file (or folder of Parquet) whose tables nobody knows: they can be mapped. */
export async function unmapped(
  place: Place,
  path: string,
  signal: AbortSignal,
): Promise<ExpectedError<'FORMAT_UNKNOWN'>> {
  const kind = await tableKindOf(place, signal);
  if (kind === undefined) return unknownFormat(place, path);
  const name = {
    sqlite: 'a SQLite database',
    duckdb: 'a DuckDB database',
    parquet: place.kind === 'folder' ? 'a folder of Parquet files' : 'a Parquet file',
    csv: 'a table of text',
    json: 'JSON',
  }[kind.kind];
  return new ExpectedError('FORMAT_UNKNOWN', `${path} is ${name} of a schema that is not known.`, {
    path,
    detected: name,
    mappable: true,
    action: 'Say what its columns are: open it in the window, or run stepscope mapping.',
  });
}
