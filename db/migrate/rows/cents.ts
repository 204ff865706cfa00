/**
 * Dollars as tracing v3's `cost_usd` has them: whole cents, cut off towards zero. The decimal digits are cut, not the binary product, so
 * that 0.29 dollars are 29 cents (0.29 * 100 is 28.999…). Beyond 64 bits the column holds a
 * float; null where there is no amount, or one whose cents no float holds.
 */
export function wholeCents(dollars: number | null): bigint | number | null {
  if (dollars === null || !Number.isFinite(dollars)) return null;
  const cents = cutOff(dollars);
  if (cents <= MOST_INTEGER && cents >= -MOST_INTEGER) return cents;
  return Number.isFinite(Number(cents)) ? Number(cents) : null;
}

const MOST_INTEGER = 2n ** 63n - 1n;

function cutOff(dollars: number): bigint {
  const [mantissa = '0', exponent = '0'] = dollars.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  /** How many of the digits stand before the point of an amount in cents. */
  const places = 1 + Number(exponent) + 2;
  const kept = places <= 0 ? '0' : digits.slice(0, places).padEnd(places, '0');
  return dollars < 0 ? -BigInt(kept) : BigInt(kept);
}
