import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Database, statement } from '../../duckdb';
import { wholeCents } from './cents';
import { contentOf, jsonText } from './content';
import { keepMetadata } from './kept';
import { exactText, isExactInSeconds, timeText, unixSeconds } from './values';

/** Real amounts: from a fraction of a cent to millions, as they are computed from tokens and as they are typed. */
const amount = fc.oneof(
  fc.double({ min: 0, max: 1e7, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100),
  fc.integer({ min: 0, max: 10_000_000 }).map((tokens) => tokens * 0.00000015),
);

test('whole cents are the dollars with the rest of their decimal digits cut off, towards zero', () => {
  expect([0.29, 1.15, 0.57, 4.35, -1.005, 0.0099, 0, 1e-300, 5e-324].map(wholeCents)).toEqual(
    [29, 115, 57, 435, -100, 0, 0, 0, 0].map(BigInt),
  );
  expect([null, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_VALUE].map(wholeCents)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(wholeCents(1e20)).toBe(1e22);
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), (cents) => {
      expect(wholeCents(Number(cents) / 100)).toBe(cents);
    }),
    { seed: 7 },
  );
});

test('no cent is invented and less than one is lost, and the exact dollars come back from their text', () => {
  fc.assert(
    fc.property(amount, (dollars) => {
      const cents = wholeCents(dollars);
      expect(
        Object.is(Number(exactText(dollars)), dollars) || (dollars === 0 && Number(exactText(dollars)) === 0),
      ).toBe(true);
      if (cents === null || typeof cents === 'number') return;
      const [whole = '0', fraction = ''] = toDecimal(Math.abs(dollars)).split('.');
      const exact = BigInt(whole + fraction.padEnd(2, '0').slice(0, 2));
      expect(cents < 0n ? -cents : cents).toBe(exact);
    }),
    { seed: 11, numRuns: 2_000 },
  );
});

/** All digits, without an exponent. */
function toDecimal(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = 1 + Number(exponent);
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return `${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point)}`;
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('\\u001b', '"', '\\', '\u0000', '\ud800', '🦆'),
);
const isText = (text: string) => !text.includes('\u0000') && !/\p{Cs}/u.test(text);

test("text becomes JSON as DuckDB's to_json makes it, which turns messages back", async () => {
  await using database = await Database.open();
  const toJson = statement({
    name: 'test.toJson',
    sql: 'SELECT CAST(to_json(CAST($text AS VARCHAR)) AS VARCHAR) AS json',
    params: z.object({ text: z.string() }),
    row: z.object({ json: z.string() }),
  });
  const property = fc.asyncProperty(anyText.filter(isText), async (text) => {
    expect(await database.run(toJson, { text })).toEqual([{ json: jsonText(text) }]);
  });
  await fc.assert(property, { seed: 3, numRuns: 300 });
});

test('the JSON of a message comes back from its text and what was kept, whichever way it was written', () => {
  const fact = z.object({
    before: z.string().optional(),
    after: z.string().optional(),
    content: z.string().optional(),
  });
  const written = fc.oneof(
    anyText.map((text) => JSON.stringify(text)),
    anyText.map((text) =>
      JSON.stringify(text).replace(
        /[\u007f-\uffff]/g,
        (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    ),
    anyText.map((text) => JSON.stringify({ content: text, timestamp: 'x', message_type: 'user' }, null, 1)),
    anyText.map((text) => JSON.stringify({ content: { role: 'user', text }, text2: text })),
    fc.json(),
  );
  fc.assert(
    fc.property(written, (json) => {
      const { text, facts } = contentOf(json, 'user');
      const kept = fact.parse(
        Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, JSON.parse(value)])),
      );
      const { before, after, content } = kept;
      const back = content ?? (before === undefined ? text : before + jsonText(text) + after);
      expect(back).toBe(json);
    }),
    { seed: 5, numRuns: 2_000 },
  );
});

test('metadata stays JSON with what was kept as its last member, and the original comes back by its characters', () => {
  const shape = z.object({
    tracing_v2: z.object({ id: z.literal(7), kept: z.number().optional(), metadata: z.string().nullish() }),
  });
  fc.assert(
    fc.property(
      fc.option(
        fc.oneof(
          fc.json(),
          fc.object().map((value) => JSON.stringify(value)),
          fc.string(),
        ),
      ),
      (original) => {
        const json = keepMetadata({ original, members: null, facts: { id: '7' } });
        const { kept, metadata } = shape.parse(JSON.parse(json)).tracing_v2;
        const back = kept === undefined ? metadata : `${[...json].slice(0, kept).join('')}}`;
        expect(back ?? null).toBe(original);
      },
    ),
    { seed: 13, numRuns: 1_000 },
  );
});

test('microseconds are written as text that names them all, and as seconds where those bring them back', () => {
  expect(timeText(1_751_709_600_123_456n)).toBe('2025-07-05 10:00:00.123456');
  expect(timeText(-500_000n)).toBe('1969-12-31 23:59:59.500000');
  expect(timeText(253_402_300_799_999_999n)).toBe('9999-12-31 23:59:59.999999');
  expect(isExactInSeconds(0n)).toBe(false);
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 15n, max: 4n * 10n ** 15n }), (micros) => {
      expect(isExactInSeconds(micros)).toBe(true);
      expect(BigInt(Math.round((unixSeconds(micros) ?? 0) * 1e6))).toBe(micros);
    }),
    { seed: 17 },
  );
});
