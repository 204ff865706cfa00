/**
 * What structured clone carries, as JSON: both ends of the DevTools wire use it (Node main, the page's isolated world). Plain JSON values
 * travel as themselves, everything else as an object with one tag. What our ports never carry is refused, not guessed.
 */
type Wire = null | string | boolean | number | { readonly [tag: string]: unknown };

export interface PortCodec {
  /** The id of a port in `transfer`; undefined: not a port. */
  out?(value: object): string | undefined;
  in?(id: string): unknown;
}

const notCloneable = 'An object could not be cloned.';

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 8_192)
    text += String.fromCharCode(...bytes.subarray(start, start + 8_192));
  return btoa(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function encodeObject(value: object, ports: PortCodec): Wire {
  const port = ports.out?.(value);
  if (port !== undefined) return { port };
  if (Array.isArray(value)) return { list: value.map((item) => encode(item, ports)) };
  if (value instanceof Date) return { date: value.getTime() };
  if (value instanceof Uint8Array) return { bytes: toBase64(value) };
  if (value instanceof ArrayBuffer) return { buffer: toBase64(new Uint8Array(value)) };
  if (value instanceof Error) return { error: [value.name, value.message] };
  if (Object.prototype.toString.call(value) !== '[object Object]') throw new Error(notCloneable);
  return {
    fields: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, ports)])),
  };
}

export function encode(value: unknown, ports: PortCodec = {}): Wire {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { number: String(value) };
  if (value === undefined) return { undefined: 1 };
  if (typeof value === 'bigint') return { bigint: String(value) };
  if (typeof value !== 'object') throw new Error(notCloneable);
  return encodeObject(value, ports);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function decode(wire: unknown, ports: PortCodec = {}): unknown {
  if (!isRecord(wire)) return wire;
  const [tag, content] = Object.entries(wire)[0] ?? [];
  switch (tag) {
    case 'undefined':
      return undefined;
    case 'number':
      return Number(content);
    case 'bigint':
      return BigInt(String(content));
    case 'port':
      return ports.in?.(String(content));
    case 'list':
      return Array.isArray(content) ? content.map((item) => decode(item, ports)) : [];
    case 'date':
      return new Date(Number(content));
    case 'bytes':
      return fromBase64(String(content));
    case 'buffer':
      return fromBase64(String(content)).buffer;
    case 'error': {
      const [name, message] = Array.isArray(content) ? content : [];
      return Object.assign(new Error(String(message)), { name: String(name) });
    }
    case 'fields':
      return isRecord(content)
        ? Object.fromEntries(Object.entries(content).map(([key, item]) => [key, decode(item, ports)]))
        : {};
    default:
      throw new Error(`ElectronDouble: unknown tag ${tag} on the wire`);
  }
}
