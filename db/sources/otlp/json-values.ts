import { type Attributes, isRecord } from '../spans';

/** Collectors cut trees off at some depth; a deeper one is no recording. */
const DEEPEST = 100;

/** OTLP's list of `{key, value: {stringValue}}` → a flat object. */
export function attributesOf(list: unknown): Attributes {
  // It inherits nothing: a key may be `__proto__`, and most names that are looked up in it are not there.
  const attributes: Record<string, unknown> = Object.create(null);
  if (!Array.isArray(list)) return isRecord(list) ? Object.assign(attributes, list) : attributes;
  for (const one of list)
    if (isRecord(one) && typeof one.key === 'string') attributes[one.key] = anyValueOf(one.value, 0);
  return attributes;
}

/** An AnyValue; whole numbers beyond 2^53 are bigints, bytes stay base64. */
function anyValueOf(value: unknown, depth: number): unknown {
  if (!isRecord(value) || depth > DEEPEST) return isRecord(value) ? null : (value ?? null);
  // Most values are texts.
  if (typeof value.stringValue === 'string') return value.stringValue;
  for (const kind in value) {
    const inner = value[kind];
    switch (kind) {
      case 'stringValue':
      case 'string_value':
      case 'boolValue':
      case 'bool_value':
      case 'doubleValue':
      case 'double_value':
      case 'bytesValue':
      case 'bytes_value':
        return inner;
      case 'intValue':
      case 'int_value':
        return integerOf(inner);
      case 'arrayValue':
      case 'array_value':
        return isRecord(inner) && Array.isArray(inner.values)
          ? inner.values.map((one: unknown) => anyValueOf(one, depth + 1))
          : [];
      case 'kvlistValue':
      case 'kvlist_value':
        return isRecord(inner) ? listOf(inner.values, depth + 1) : {};
    }
  }
  return null;
}

function listOf(values: unknown, depth: number): Attributes {
  if (!Array.isArray(values)) return {};
  return Object.fromEntries(
    values.flatMap((one: unknown) =>
      isRecord(one) && typeof one.key === 'string' ? [[one.key, anyValueOf(one.value, depth)]] : [],
    ),
  );
}

function integerOf(value: unknown): unknown {
  if (typeof value !== 'string' || !/^-?\d{1,30}$/.test(value)) return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
}
