import {
  type DocumentFile,
  type DocumentRows,
  eachAround,
  eachElement,
  type JsonMembers,
} from '../documents';
import { isRecord } from '../spans';
import { noResource, type Resource, resourceOf } from './json-span';
import type { JsonShape } from './recognise';
import type { ScannedSpan, SpanScanner } from './span-scanner';

/** Where a span stands, and what recorded it. */
export interface SpanPlace {
  /** Byte in the file. */
  readonly offset: number;
  readonly resource: Resource;
}

/** Who takes what a document is cut into, in its order; `flushWhenFull` between blocks of the file. */
export interface SpanTaker extends Pick<DocumentRows, 'skip' | 'warn' | 'flushWhenFull'> {
  takeScanned(span: ScannedSpan, place: SpanPlace): void;
  /** A span that the scanner leaves to JavaScript, as what its JSON says. */
  takeValue(value: unknown, text: string, place: SpanPlace): void;
}

export interface SpanCutting {
  readonly shape: JsonShape;
  /** None where something joins spans that their own bytes do not say. */
  readonly scanner: SpanScanner | undefined;
}

/** The spans of one document of any size. */
export async function eachSpan(
  file: Pick<DocumentFile, 'path' | 'signal' | 'passed'>,
  taker: SpanTaker,
  { shape, scanner }: SpanCutting,
): Promise<void> {
  const behind = shape.isResourceBehind ? await resourcesOf(file, shape) : undefined;
  let owner: JsonMembers | undefined;
  let holders = 0;
  let resource = noResource;
  const known = new KnownResources();
  const resourceOfSpan = (around: readonly JsonMembers[]) => {
    const holder = around.at(-2);
    if (holder !== owner) {
      owner = holder;
      resource = behind?.[holders] ?? known.of(holder?.get('resource'));
      holders += 1;
    }
    return resource;
  };
  await eachElement(
    file,
    taker,
    shape.path,
    (value, { around, offset, text }) =>
      taker.takeValue(value, text, { offset, resource: resourceOfSpan(around) }),
    {
      takeBytes: (block, start, { around, offset }) => {
        const place = { offset, resource: resourceOfSpan(around) };
        const scanned = scanner?.spanAt(block, start, place.resource);
        if (scanned === undefined) return -1;
        taker.takeScanned(scanned, place);
        return start + scanned.length;
      },
    },
  );
}

/** One and the same resource for the same value. */
class KnownResources {
  private readonly known = new WeakMap<object, Resource>();

  of(value: unknown): Resource {
    if (!isRecord(value)) return noResource;
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const made = resourceOf(value);
    this.known.set(value, made);
    return made;
  }
}

/** Of each element of `resourceSpans` that has spans: a writer that puts them behind the spans does so everywhere. */
async function resourcesOf(
  file: Pick<DocumentFile, 'path' | 'signal'>,
  { path }: JsonShape,
): Promise<Resource[]> {
  const holders = new Set<JsonMembers>();
  await eachAround(file, path, (around) => {
    const holder = around.at(-2);
    if (holder !== undefined) holders.add(holder);
  });
  return [...holders].map((holder) => resourceOf(holder.get('resource')));
}
