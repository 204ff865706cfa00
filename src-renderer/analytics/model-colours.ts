const neutral = '--n8';

export type ModelColours = (model: string | null) => string;

/** The first eight series are told apart by everybody; the next eight are the same hues, deeper. */
const tiers = [
  { first: 1, places: 8 },
  { first: 9, places: 8 },
] as const;

/**
 * A colour for each of the models that are open, from its name: the same in every window, at every zoom and after a reload. The models
 * come most used first: eight get the clearest colours, eight the next. Where two names ask for one colour, the later in the alphabet
 * takes the next that is free.
 */
export function modelColours(models: readonly string[]): ModelColours {
  const given = new Map<string, number>();
  const unique = [...new Set(models)];
  let from = 0;
  for (const { first, places } of tiers) {
    const taken = new Set<number>();
    for (const model of unique.slice(from, from + places).sort()) {
      let place = hashOf(model) % places;
      while (taken.has(place)) place = (place + 1) % places;
      taken.add(place);
      given.set(model, first + place);
    }
    from += places;
  }
  return (model) => {
    if (model === null || model === 'other') return neutral;
    return `--series-${given.get(model) ?? (hashOf(model) % 16) + 1}`;
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
