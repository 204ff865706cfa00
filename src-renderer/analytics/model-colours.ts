const places = 8;
const neutral = '--n8';

export type ModelColours = (model: string | null) => string;

/**
 * A colour for each of the models that are open, from its name: the same in every window, at every zoom and after a reload. Where two
 * names ask for one colour, the later in the alphabet takes the next that is free.
 */
export function modelColours(models: readonly string[]): ModelColours {
  const given = new Map<string, number>();
  const taken = new Set<number>();
  for (const model of [...new Set(models)].sort()) {
    let place = hashOf(model) % places;
    if (taken.size < places) while (taken.has(place)) place = (place + 1) % places;
    taken.add(place);
    given.set(model, place);
  }
  return (model) => {
    if (model === null || model === 'other') return neutral;
    return `--series-${(given.get(model) ?? hashOf(model) % places) + 1}`;
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
