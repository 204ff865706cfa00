import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, toJson } from '../documents';
import { messagesIn } from './chat';
import { parsePartial } from './partial-json';
import { millisecondsBetween, utcOf } from './times';
import { Told } from './told';
import { costOfCall, noTokens } from './usage';

describe('recorded times', () => {
  it('are UTC with microseconds, whatever zone or unit they were written in', () => {
    expect(utcOf('2024-10-15T12:53:13.264282-04:00')).toBe('2024-10-15T16:53:13.264282');
    expect(utcOf('2024-05-29 13:46:19.963000')).toBe('2024-05-29T13:46:19.963');
    expect(utcOf(1728803138291)).toBe('2024-10-13T07:05:38.291');
    expect(utcOf(1728803138.25)).toBe('2024-10-13T07:05:38.25');
    expect(utcOf(1728803138291000123n)).toBe('2024-10-13T07:05:38.291');
    expect([utcOf('9999-12-31T23:59:59Z'), utcOf('1970-01-01T00:00:00Z')]).toEqual([
      '9999-12-31T23:59:59',
      '1970-01-01T00:00:00',
    ]);
    expect([utcOf('never'), utcOf(null), utcOf(1e300), utcOf('2024-13-01T00:00:00Z')]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(millisecondsBetween('2024-10-15T16:53:13.264282', '2024-10-15T16:53:14')).toBe(735.718);
  });
});

describe('JSON that breaks off', () => {
  it('gives what came before, for any value cut anywhere', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, at) => {
        const whole = parsePartial(text);
        expect(whole).toEqual({ value: parseJson(text), isCut: false });
        const cut = text.slice(0, at % (text.length + 1));
        const parsed = parsePartial(cut);
        if (parsed?.isCut) expect(cut).toMatch(/[[{]/);
      }),
      { seed: 11, numRuns: 200 },
    );
    expect(parsePartial('{"a": [1, {"b": "x"}, \ufffd {"c": 2}]}')).toEqual({
      value: { a: [1, { b: 'x' }] },
      isCut: true,
    });
    expect(parsePartial(`{"a": [1, {"b": "x"}], "c": "${'\0'.repeat(3)}", "d": 1}`)).toEqual({
      value: { a: [1, { b: 'x' }] },
      isCut: true,
    });
    expect(parsePartial('{"a": [1, {"b": "x"}, {"c": "unfin')).toEqual({
      value: { a: [1, { b: 'x' }, {}] },
      isCut: true,
    });
  });
});

describe('JSON that is written', () => {
  it('ends where it nests deeper than there is stack for', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(20_000)}1${']'.repeat(20_000)}`);
    const text = toJson({ deep, count: 2n ** 60n });
    expect(text).toContain('"nested too deep"');
    expect(text.endsWith(`,"count":${2n ** 60n}}`)).toBe(true);
    expect(text.length).toBeLessThan(2_000);
  });
});

describe('messages of any shape', () => {
  it('are read from requests and responses of the providers', () => {
    const roles = (value: unknown) =>
      messagesIn(value, 'user').map(({ role, text, calls }) => [role, text, calls.map(({ name }) => name)]);
    expect(
      roles({
        messages: [
          { role: 'developer', content: 'S' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Q' },
              { type: 'image_url', image_url: {} },
            ],
          },
        ],
      }),
    ).toEqual([
      ['system', 'S', []],
      ['user', 'Q\n\n[image_url]', []],
    ]);
    expect(
      roles({
        system: 'S',
        messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'R' }] }],
      }),
    ).toEqual([
      ['system', 'S', []],
      ['tool_result', 'R', []],
    ]);
    expect(
      roles({
        candidates: [{ content: { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] } }],
      }),
    ).toEqual([['assistant', '', ['f']]]);
    expect(roles({ output: [{ type: 'function_call', name: 'g', arguments: '{}', call_id: 'c' }] })).toEqual([
      ['assistant', '', ['g']],
    ]);
    expect(roles('"plain"')).toEqual([['user', 'plain', []]]);
  });

  it('are told once however often they are repeated, and twice when they are said twice', () => {
    const told = new Told();
    const said = (texts: readonly string[]) => texts.flatMap((text) => messagesIn(text, 'user'));
    const texts = (list: readonly string[]) => told.newOf(said(list)).map(({ text }) => text);
    expect(texts(['a', 'yes'])).toEqual(['a', 'yes']);
    expect(texts(['a', 'yes', 'b', 'yes'])).toEqual(['b', 'yes']);
    expect(texts(['a', 'yes', 'b', 'yes'])).toEqual([]);
  });
});

describe('the cost of a call', () => {
  it('is what was reported; else it is left to the mirror, unless the total contradicts its convention', () => {
    const call = { model: 'gpt-4o', provider: 'openai' };
    const tokens = { ...noTokens, input: 10n, output: 5n, cacheRead: 100n };
    expect(costOfCall(call, { ...tokens, total: 115n }, 0.5)).toEqual({ usd: 0.5, basis: 'reported' });
    expect(costOfCall(call, { ...tokens, total: null }, null)).toEqual({ usd: null, basis: 'unpriced' });
    expect(costOfCall(call, { ...tokens, total: 15n }, null)).toEqual({ usd: null, basis: 'unpriced' });
    expect(costOfCall(call, { ...tokens, total: 115n }, null).basis).toBe('priced');
  });
});
