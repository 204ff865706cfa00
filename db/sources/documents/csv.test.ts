import { describe, expect, it } from 'vitest';
import { CsvCutter } from './csv';

describe('CSV', () => {
  it('is cut into fields whatever blocks it comes in', () => {
    const text = 'a,b\n"x ""1"", y","line\nend"\n,\r\nlast,"q"';
    for (let size = 1; size <= text.length; size += 1) {
      const cutter = new CsvCutter();
      for (let at = 0; at < text.length; at += size) cutter.push(text.slice(at, at + size));
      cutter.end();
      expect(cutter.take().map(({ fields }) => fields)).toEqual([
        ['a', 'b'],
        ['x "1", y', 'line\nend'],
        ['', ''],
        ['last', 'q'],
      ]);
    }
  });
});
