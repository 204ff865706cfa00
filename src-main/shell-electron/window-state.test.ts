import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeWindow, readWindowState } from './window-state';

const left = { x: 0, y: 0, width: 1_920, height: 1_080 };
const right = { x: 1_920, y: -200, width: 2_560, height: 1_440 };

describe('where the window opens', () => {
  it('is the middle of the first screen the first time', () => {
    expect(placeWindow(undefined, [left, right])).toEqual({
      bounds: { x: 320, y: 110, width: 1_280, height: 860 },
      isMaximised: false,
    });
  });

  it('is where it was, maximised if it was, also on the second screen', () => {
    const state = { bounds: { x: 2_000, y: -100, width: 1_000, height: 700 }, isMaximised: true };
    expect(placeWindow(state, [left, right])).toEqual(state);
  });

  it.each([
    ['the screen is gone', { x: 2_000, y: -100, width: 1_000, height: 700 }],
    ['only a sliver would show', { x: 1_900, y: 0, width: 1_000, height: 700 }],
    ['its title bar would be above the screen', { x: 100, y: -60, width: 1_000, height: 700 }],
    ['its title bar would be below the screen', { x: 100, y: 1_070, width: 1_000, height: 700 }],
  ])('is the middle of the first screen, in its size, when %s', (_why, bounds) => {
    const placed = placeWindow({ bounds, isMaximised: false }, [left]);
    expect(placed.bounds).toEqual({ x: 460, y: 190, width: 1_000, height: 700 });
  });

  it('never exceeds the screen', () => {
    const bounds = { x: 0, y: 0, width: 5_000, height: 3_000 };
    expect(placeWindow({ bounds, isMaximised: false }, [left]).bounds).toEqual(left);
    const small = { x: 0, y: 0, width: 1_024, height: 600 };
    expect(placeWindow(undefined, [small]).bounds).toEqual(small);
  });
});

describe('the remembered window', () => {
  it('is nothing when the file is missing, damaged or says something else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stepscope-window-'));
    const file = join(folder, 'window.json');
    expect(readWindowState(file)).toBeUndefined();
    for (const text of ['', '{"bounds":', '[]', '{"bounds":{"x":"left"}}']) {
      writeFileSync(file, text);
      expect(readWindowState(file)).toBeUndefined();
    }
    const state = { bounds: { x: 1, y: 2, width: 900, height: 600 }, isMaximised: true };
    writeFileSync(file, JSON.stringify(state));
    expect(readWindowState(file)).toEqual(state);
    rmSync(folder, { recursive: true });
  });
});
