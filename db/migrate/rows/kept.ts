/**
 * What tracing v3 has no column for travels in the metadata of its row, as the last member `tracing_v2`, so that a way back exists that
 * loses nothing. Its member `metadata` is the original JSON text; where the original was an object, that object is the metadata itself,
 * text and all, and `kept` says how many of its characters come first.
 */
export interface Kept {
  /** The original JSON text. */
  readonly original: string | null;
  /** Members to show beside it when it is no object: `"name":value, …` as JSON text. */
  readonly members: string | null;
  /** JSON text by name. */
  readonly facts: Readonly<Record<string, string>>;
}

export function keepMetadata({ original, members, facts }: Kept): string {
  const said = Object.entries(facts).map(([name, json]) => `"${name}":${json}`);
  if (original !== null && isPlainObject(original)) {
    const start = original.slice(0, -1);
    const count = [...start].length;
    const comma = start.trim() === '{' ? '' : ',';
    return `${start}${comma}"tracing_v2":{${[`"kept":${count}`, ...said].join(',')}}}`;
  }
  const own = `"tracing_v2":{${[`"metadata":${JSON.stringify(original)}`, ...said].join(',')}}`;
  return `{${members === null ? own : `${members},${own}`}}`;
}

/** An object that can take another member at its end. */
function isPlainObject(json: string): boolean {
  if (!json.startsWith('{') || !json.endsWith('}')) return false;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !('tracing_v2' in value);
  } catch {
    return false; // Text that is no JSON: kept as it is.
  }
}
