import { describe, expect, it } from 'vitest';
import { rollingMean, trendOf } from './rolling';
import { sidesOf } from './sides';

describe('a rolling mean', () => {
  it('is over the rows before and with each, skipping unknown ones', () => {
    expect(rollingMean([1, 2, null, 4], 2)).toEqual([1, 1.5, 2, 4]);
    expect(rollingMean([null, 3], 5)).toEqual([null, 3]);
  });
});

describe('a trend', () => {
  it.each([
    [[0.1, 0.2, 0.3], 'increasing'],
    [[0.9, 0.3, 0.2, 0.1], 'decreasing'],
    [[0.5, 0.52, 0.5], 'stable'],
    [[0.5, 0.9, 0.5], 'fluctuating'],
    [[0.5, null, 0.5], 'unknown'],
  ] as const)('of %j is %s', (values, expected) => {
    expect(trendOf(values)).toBe(expected);
  });
});

describe('the sides of a conversation', () => {
  const message = (role: string, author: string | null = null) => ({ role, author, text: role, turn: 0 });

  it('are the two named authors', () => {
    const messages = ['x', 'y', 'x', 'y'].map((author) => message('assistant', author));
    expect(sidesOf(messages)?.map(({ side }) => side)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('leave out who set two named agents going', () => {
    const messages = [
      message('user', 'researcher'),
      ...['x', 'y', 'x', 'y'].map((author) => message('assistant', author)),
    ];
    expect(sidesOf(messages)?.map(({ side }) => side)).toEqual(['a', 'b', 'a', 'b']);
  });

  it('are the assistant and whoever answers it', () => {
    const messages = ['system', 'user', 'assistant', 'user', 'tool_use', 'tool_result'].map((role) =>
      message(role),
    );
    expect(sidesOf(messages)?.map(({ side }) => side)).toEqual(['a', 'b', 'a', 'b', 'a']);
  });

  it('are not there when one side does most of the talking', () => {
    expect(
      sidesOf(['user', 'assistant', 'assistant', 'assistant', 'assistant'].map((role) => message(role))),
    ).toBeUndefined();
  });
});
