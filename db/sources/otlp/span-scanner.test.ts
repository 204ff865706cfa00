import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeOtlpCorpus } from '../../../src-main/bench/otlp-corpus';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { temporaryFolder } from '../../testing/temporary-folder';
import { bothWays } from './fixtures/both-ways';
import { attributes, request, span } from './fixtures/traces';

/** Reads the text both ways, and gives how many spans the module took. */
async function scannedOf(text: string | Buffer): Promise<number> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'traces.json');
  await writeFile(file, text);
  const { scanning, parting, parsing } = await bothWays(file);
  expect(scanning.said).toEqual(parsing.said);
  expect(parting).toEqual(scanning);
  return scanning.scanned;
}

/** A request with these spans, as JSON. */
function documentOf(spans: string, service?: string): string {
  return JSON.stringify(request([], service)).replace('"spans":[]', () => `"spans":${spans}`);
}

const nested: object[] = [
  { key: 'nested', value: { kvlistValue: { values: attributes({ a: 1 }) } } },
  { key: 'nothing', value: {} },
];
const plain = span(1, {
  parent: 2,
  name: 'it\'s a "name" with \\ and \n',
  attributes: [
    ...attributes({
      'junjo.span_type': 'workflow',
      'junjo.executable_runtime_id': "run's",
      'junjo.workflow.state.start': '{"a":"b\\n\'"}',
      count: 12,
      ratio: -0.25,
      third: 1 / 3,
      tiny: 1.5e-7,
      isGood: true,
      list: ['a', "b'"],
    }),
  ],
  events: [
    { name: 'set_state', timeUnixNano: '1767225600000000001', attributes: attributes({ id: "p'1" }) },
    { name: 'bare', timeUnixNano: '1767225600000000002' },
  ],
  status: { code: 2, message: 'It\tfailed.' },
});

describe('a plain span', () => {
  const ways: [string, object][] = [
    ['of every kind of attribute', { ...plain, attributes: [...(plain.attributes ?? []), ...nested] }],
    ['in Unicode', { ...plain, name: 'é 漢字 🎉 \u2028' }],
    ['with ids in capitals', { ...plain, traceId: plain.traceId.toUpperCase() }],
    ['without attributes', span(1)],
    ['with flags and state', { ...plain, flags: 257, traceState: "a=b,c='d'", droppedEventsCount: 1 }],
    ['without a parent, and says so', { ...plain, parentSpanId: '' }],
    ['with empty lists', { ...plain, attributes: [], events: [], links: [], status: {} }],
  ];
  test.each(ways)('%s is taken by the module, which says what JavaScript does', async (_name, value) => {
    const json = documentOf(JSON.stringify([value]));
    expect(await scannedOf(json)).toBe(1);
    expect(await scannedOf(JSON.stringify(JSON.parse(json), null, 2))).toBe(1);
  });
});

describe('a span that is not plain is left to JavaScript:', () => {
  const value = (kind: string) => `{"attributes":[{"key":"a","value":{${kind}}}]}`;
  const ways: [string, string][] = [
    ['a character that JSON escapes otherwise', '{"name":"a\\/b"}'],
    ['a character by its number', '{"name":"\\u00e9"}'],
    ['a control character', '{"name":"a\u0001b"}'],
    ['a key that is there twice', '{"attributes":[{"key":"a","value":{}},{"key":"a","value":{}}]}'],
    ['a key of digits', '{"attributes":[{"key":"b","value":{}},{"key":"1","value":{}}]}'],
    ['a member that is there twice', '{"name":"a","name":"b"}'],
    ['a member of another name', '{"more":1}'],
    ['an exponent that is none', value('"doubleValue":1e3')],
    ['a number that is rounded', value('"doubleValue":0.123456789012345678')],
    ['a zero too many', value('"doubleValue":1.50')],
    ['a very small number in full', value('"doubleValue":0.0000001')],
    ['half an exponent', value('"doubleValue":1.5e-')],
    ['a number beyond 2^53', value('"intValue":"9007199254740993"')],
    ['minus zero', value('"intValue":"-0"')],
    ['an integer with a fraction', value('"intValue":"1.5"')],
    ['a value of two kinds', value('"stringValue":"a","intValue":1')],
    ['a column that is no text', '{"attributes":[{"key":"junjo.id","value":{"intValue":1}}]}'],
    ['an id in base64', '{"spanId":"7uGbfsPBsXQ="}'],
    ['an id of zeros', '{"spanId":"0000000000000000"}'],
    ['a time before 1973', '{"startTimeUnixNano":"1000"}'],
    ['a link', '{"links":[{"traceId":"5b8efff798038103d269b633813fc60c"}]}'],
    ['a kind by its name', '{"kind":"SPAN_KIND_SERVER"}'],
    ['a trailing comma', '{"attributes":[{"key":"a","value":{}},]}'],
    ['what is no JSON', '{"kind":}'],
  ];
  test.each(ways)('%s', async (_name, odd) => {
    const members = odd.slice(1, -1);
    const name = /^"(\w+)"/.exec(members)?.[1] ?? '';
    const rest = Object.entries(span(1)).filter(([key]) => key !== name);
    const begun = JSON.stringify(Object.fromEntries(rest)).slice(0, -1);
    expect(await scannedOf(documentOf(`[${begun},${members}}]`))).toBe(0);
  });

  test('bytes that are no UTF-8', async () => {
    const text = JSON.stringify(request([span(1, { name: 'a?b' })]));
    expect(await scannedOf(Buffer.from(text.replace('a?b', 'a\xe9b'), 'latin1'))).toBe(0);
  });
});

test('spans across the ends of blocks, and behind them, are said as JavaScript says them', async () => {
  const spans = Array.from({ length: 700 }, (_, number) =>
    span(number + 1, { attributes: attributes({ text: `${"it's ".repeat(900)}${number}` }) }),
  );
  expect(await scannedOf(JSON.stringify(request(spans)))).toBeGreaterThan(690);
});

test('attributes keep their names, also when there are more lists of names than the module knows by number', async () => {
  const spans = Array.from({ length: 1_200 }, (_, number) =>
    span(number + 1, { attributes: attributes({ [`gen_ai.${number}`]: number, 'é "quoted"': 'a' }) }),
  );
  expect(await scannedOf(JSON.stringify(request([...spans, ...spans.slice(0, 9)])))).toBe(1_209);
});

/** Mostly plain: of a span whose members were all odd nothing would be tried. */
function mostly<T, U>(plain: fc.Arbitrary<T>, odd: fc.Arbitrary<U>): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 60, arbitrary: plain }, { weight: 1, arbitrary: odd });
}

/** Written as it stands, without quotes. */
const literal = fc
  .constantFrom(
    ...['0', '-0', '7', '-12', '1.0', '1.5', '-0.25', '1e3', '0.000001', '0.0000001', '123456789012345'],
    ...['1234567890123456', '9007199254740993', '12345678901234567890', '0.1234567890123456', 'true', 'null'],
  )
  .map((number) => `#${number}#`);
const text = mostly(
  fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', "it's", '{"a":"b\\"c\n"}', '\u2028', '12', 'exception', 'set_state'),
  ),
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('/', '\ud800', '\0')),
);
const key = mostly(
  fc.oneof(
    fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
    fc.constantFrom('gen_ai.usage.input_tokens', 'gen_ai.request.model', 'constructor', "it's"),
  ),
  fc.constantFrom('__proto__', '', '0', '-1', '"', 'é'),
);
const { value } = fc.letrec((tie) => ({
  value: mostly(
    fc.oneof(
      { depthSize: 'small' },
      fc.record({ stringValue: text }),
      fc.record({ intValue: fc.integer().map(String) }),
      fc.record({ doubleValue: fc.integer().map((number) => number / 8) }),
      fc.record({ boolValue: fc.boolean() }),
      fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
      fc.record({ kvlistValue: fc.record({ values: fc.array(tie('pair'), { maxLength: 2 }) }) }),
      fc.constant({}),
    ),
    fc.oneof(
      fc.record({ intValue: fc.oneof(literal, text) }),
      fc.record({ doubleValue: fc.oneof(fc.double(), literal, text) }),
      fc.record({ boolValue: literal }),
      fc.constantFrom({ bytesValue: 'AA==' }, { string_value: 'a' }, { arrayValue: {} }, null),
    ),
  ),
  pair: fc.record({ key, value: tie('value') }),
}));
const list = fc.array(fc.record({ key, value }), { maxLength: 5 });
const junjos = fc
  .record(
    {
      'junjo.id': mostly(text, literal),
      'junjo.span_type': text,
      'junjo.workflow.state.start': text,
      'junjo.agent.state.start': text,
    },
    { requiredKeys: [] },
  )
  .map(attributes);
const time = mostly(
  fc.bigInt({ min: 10n ** 17n, max: 8n * 10n ** 18n }).map(String),
  fc.constantFrom('0', '', '1', '#1767225600000000000#', '9223372036854775807', '9223372036854775808'),
);
const id = (length: number) =>
  mostly(
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: length, maxLength: length }),
    fc.constantFrom('', '0'.repeat(length), 'AAAAAAAAAAE=', 'span'),
  );
const event = fc.record(
  { timeUnixNano: time, name: text, attributes: list, droppedAttributesCount: fc.nat({ max: 9 }) },
  { requiredKeys: ['timeUnixNano', 'name'] },
);
const oddSpan = fc
  .record(
    {
      traceId: id(32),
      spanId: id(16),
      parentSpanId: id(16),
      name: text,
      kind: mostly(fc.nat({ max: 12 }), literal),
      startTimeUnixNano: time,
      endTimeUnixNano: time,
      attributes: fc.tuple(list, junjos).map((lists) => lists.flat()),
      events: mostly(fc.array(event, { maxLength: 2 }), fc.constant([{}])),
      links: mostly(fc.constant([]), fc.constant([{ traceId: 'a' }])),
      status: fc.record({ code: mostly(fc.nat({ max: 3 }), literal), message: text }, { requiredKeys: [] }),
      flags: mostly(fc.nat({ max: 999 }), literal),
      traceState: text,
      droppedEventsCount: mostly(fc.nat({ max: 1 }), literal),
    },
    { requiredKeys: ['traceId', 'spanId', 'name', 'startTimeUnixNano', 'endTimeUnixNano'] },
  )
  .chain((one) =>
    mostly(
      fc.constant(one),
      literal.map((more) => ({ ...one, more })),
    ),
  );
const spans = fc.array(oddSpan, { minLength: 20, maxLength: 40 });
const styles: readonly ((json: string) => string)[] = [
  (json) => json,
  (json) => JSON.stringify(JSON.parse(json), null, 1),
  (json) => json.replaceAll('/', '\\/'),
  (json) => json.replaceAll(/[^\0-\x7f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
];

test('odd spans are said as JavaScript says them', async () => {
  let scanned = 0;
  const property = fc.asyncProperty(spans, fc.constantFrom(...styles), text, async (list, style, service) => {
    const json = style(documentOf(JSON.stringify(list), service));
    scanned += await scannedOf(json.replaceAll(/"#([^"#]*)#"/g, '$1'));
  });
  await fc.assert(property, { numRuns: 25 });
  expect(scanned).toBeGreaterThan(50);
});

const folders = ['otlp-proto', 'jaeger-ui', 'junjo', 'openinference'];
test.skipIf(!folders.every(hasShared))(
  `every real file, and the bench's corpus, is said as JavaScript says it${needsShared('junjo')}`,
  async () => {
    await using folder = await temporaryFolder();
    const corpus = join(folder.path, 'corpus.json');
    makeOtlpCorpus(sharedData, corpus, 3_000_000);
    const real = folders.flatMap((name) =>
      readdirSync(join(sharedData, name), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.json'))
        .map((file) => join(sharedData, name, file))
        .filter((file) =>
          /"(?:resource_?[sS]pans|scope_?[sS]pans|batches)"/.test(readFileSync(file, 'utf8')),
        ),
    );
    for (const file of [corpus, ...real]) {
      const { scanning, parting, parsing } = await bothWays(file);
      expect(scanning.said, file).toEqual(parsing.said);
      expect(parting, file).toEqual(scanning);
      if (file === corpus) expect(scanning.scanned).toBeGreaterThan(600);
    }
  },
);
