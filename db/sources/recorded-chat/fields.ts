export type Json = Readonly<Record<string, unknown>>;

/** Says what is not as the format has it: a sentence, and where. */
export type Note = (message: string, at: string) => void;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An object of a file whose fields may be missing or of another type. What is there and fits is given; what is there and does not is said
 * once, located, and left empty.
 */
export class Fields {
  constructor(
    readonly value: Json,
    readonly at: string,
    private readonly note: Note,
  ) {}

  raw(key: string): unknown {
    return this.value[key];
  }

  /** The first of these keys that holds something. */
  first(...keys: readonly string[]): unknown {
    const key = keys.find((one) => this.value[one] !== undefined && this.value[one] !== null);
    return key === undefined ? undefined : this.value[key];
  }

  text(...keys: readonly string[]): string | null {
    return this.take(keys, 'text', (value) => (typeof value === 'string' ? value : undefined));
  }

  /** Text, or a number as text: ids are either. */
  name(...keys: readonly string[]): string | null {
    return this.take(keys, 'a name', (value) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
        ? String(value)
        : undefined,
    );
  }

  number(...keys: readonly string[]): number | null {
    return this.take(keys, 'a number', numberOf);
  }

  /** A whole number from 0: tokens, counts. */
  count(...keys: readonly string[]): bigint | null {
    return this.take(keys, 'a whole number', countOf);
  }

  list(...keys: readonly string[]): readonly unknown[] {
    return (
      this.take(keys, 'a list', (value): readonly unknown[] | undefined =>
        Array.isArray(value) ? value : undefined,
      ) ?? []
    );
  }

  /** The objects of a list; what is none is said. */
  objects(...keys: readonly string[]): Fields[] {
    const key = keys.find((one) => this.value[one] !== undefined && this.value[one] !== null) ?? '';
    return this.list(...keys).flatMap((value, index) => {
      const at = `${this.at}.${key}[${index}]`;
      if (isObject(value)) return [new Fields(value, at, this.note)];
      this.note('An element is no object: it was left out.', at);
      return [];
    });
  }

  object(...keys: readonly string[]): Fields | undefined {
    const value = this.take(keys, 'an object', (one) => (isObject(one) ? one : undefined));
    return value === null ? undefined : this.child(keys.join('|'), value);
  }

  child(key: string, value: Json): Fields {
    return new Fields(value, `${this.at}.${key}`, this.note);
  }

  /** The object without these keys: what has no column of its own is kept. */
  rest(...without: readonly string[]): Json {
    return Object.fromEntries(Object.entries(this.value).filter(([key]) => !without.includes(key)));
  }

  warn(message: string): void {
    this.note(message, this.at);
  }

  private take<T>(
    keys: readonly string[],
    wanted: string,
    convert: (value: unknown) => T | undefined,
  ): T | null {
    for (const key of keys) {
      const value = this.value[key];
      if (value === undefined || value === null) continue;
      const converted = convert(value);
      if (converted !== undefined) return converted;
      this.note(`"${key}" is not ${wanted} here: it was left empty.`, `${this.at}.${key}`);
    }
    return null;
  }
}

/** A finite number; also as text, as exports write decimals. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'boolean' || value === '') return undefined;
  const number =
    typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string'
      ? Number(value)
      : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

const LARGEST = 2n ** 63n - 1n;

export function countOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value >= 0n && value <= LARGEST ? value : undefined;
  const number = numberOf(value);
  if (number === undefined || number < 0 || number > 9e18) return undefined;
  return BigInt(Math.round(number));
}
