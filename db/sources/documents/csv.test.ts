import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder';
import { readAll } from '../read-all';
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

  it('says that bytes were replaced which are no UTF-8, and not so of a character that looks alike', async () => {
    await using folder = await temporaryFolder();
    const header = 'id,name,run_type,start_time,inputs,outputs';
    const messagesOf = async (name: string) => {
      const path = join(folder.path, 'runs.csv');
      await writeFile(
        path,
        Buffer.from(`\xef\xbb\xbf${header}\nr1,${name},llm,2026-01-01T10:00:00,{},{}\n`, 'latin1'),
      );
      return (await readAll(path)).warnings.map(({ message }) => message);
    };
    expect(await messagesOf('caf\xe9')).toEqual(['Bytes that are no UTF-8 were replaced.']);
    expect(await messagesOf(Buffer.from('caf\u00e9 \ufffd').toString('latin1'))).toEqual([]);
  });
});
