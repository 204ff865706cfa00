import { mkdtemp, open, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { zstdOf } from '../../testing/zip';
import { openPath } from '../open-path';
import { pidgin } from '../pidgin';
import { conversationOf, lineOf, startOf } from '../pidgin/fixtures/lines';
import { readAll } from '../read-all';
import type { FileReport, SourceWarning } from '../types';
import { readDocuments } from './reading';

const signal = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-input-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const whole = `${conversationOf('flat', 3).join('\n')}\n`;

/** Without recognition and without DuckDB: the file is said to be Pidgin's, whatever is in it. */
async function read(content: string | Uint8Array) {
  const root = join(folder, 'conv_1_events.jsonl');
  await writeFile(root, content);
  const reports: FileReport[] = [];
  const warnings: SourceWarning[] = [];
  const rows: Record<string, number> = {};
  const chunks = readDocuments(pidgin, {
    root,
    files: [''],
    cursor: null,
    folder,
    signal,
    warn: (warning) => warnings.push(warning),
    report: (report) => reports.push(report),
    renew: () => undefined,
  });
  for await (const chunk of chunks) {
    rows[chunk.table] = (rows[chunk.table] ?? 0) + chunk.rows;
    await rm(chunk.content.file);
  }
  return { rows, report: reports[0], warnings };
}

/** Lines that are not blank. */
function linesIn(content: Uint8Array): number {
  const lines = Buffer.from(content).toString('latin1').split('\n');
  return lines.filter((line) => /[^ \t\r]/.test(line)).length;
}

describe('a file of lines', () => {
  it('is read as far as it goes, wherever it is cut, and each line is counted', async () => {
    const bytes = Buffer.from(whole);
    const property = fc.asyncProperty(fc.nat(bytes.length), async (length) => {
      const { report } = await read(bytes.subarray(0, length));
      expect((report?.read ?? 0) + (report?.skipped ?? 0)).toBe(linesIn(bytes.subarray(0, length)));
      expect(report?.skipped).toBeLessThanOrEqual(1);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('holds any bytes: no line is lost without being told', async () => {
    const place = fc.record({
      // Behind the two bytes that would make UTF-16 of it.
      at: fc.integer({ min: 2, max: whole.length - 1 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    });
    const property = fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 5 }), async (places) => {
      const bytes = Buffer.from(whole);
      for (const { at, bytes: wrong } of places) bytes.set(wrong.subarray(0, bytes.length - at), at);
      const { report, warnings } = await read(bytes);
      expect((report?.read ?? 0) + (report?.skipped ?? 0)).toBe(linesIn(bytes));
      if ((report?.skipped ?? 0) > 0) expect(warnings.length).toBeGreaterThan(0);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('may have a mark at its beginning, returns at the ends of lines, and blanks between them', async () => {
    const { rows, report } = await read(`\ufeff${whole.replaceAll('\n', '\r\n\r\n')}`);
    expect(report).toMatchObject({ read: conversationOf('flat', 3).length, skipped: 0 });
    expect(rows).toMatchObject({ sessions: 1, timesteps: 3 });
  });

  it('may be UTF-16 with its mark, of either order', async () => {
    const little = Buffer.from(`\ufeff${whole}`, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      const { rows, report } = await read(bytes);
      expect(report).toMatchObject({ read: conversationOf('flat', 3).length, skipped: 0 });
      expect(rows).toMatchObject({ sessions: 1, timesteps: 3 });
    }
  });

  it('says where NUL bytes and bytes that are no UTF-8 stand', async () => {
    const [first = '', second = '', ...rest] = conversationOf('flat', 1);
    const wrong = Buffer.from(second.replace('kind', 'k~nd'));
    wrong[wrong.indexOf('~')] = 0xff;
    const bytes = Buffer.concat([
      Buffer.from(`${first}\n`),
      wrong,
      Buffer.from(`\n\0\0\0\n${rest.join('\n')}\n`),
    ]);
    const { warnings } = await read(bytes);
    expect(warnings.map(({ at, message }) => `${at} ${message}`)).toEqual(
      expect.arrayContaining([
        'conv_1_events.jsonl:2 Bytes that are no UTF-8 were replaced.',
        'conv_1_events.jsonl:3 The line holds NUL bytes and is no JSON.',
      ]),
    );
  });

  it('may hold a line of 100 MB: it is passed over and located, and what follows is read', async () => {
    const root = join(folder, 'conv_1_events.jsonl');
    const megabyte = Buffer.alloc(1_000_000, 'x');
    await writeFile(root, `${startOf('flat').join('\n')}\n{"padding":"`);
    {
      await using file = await open(root, 'a');
      for (let at = 0; at < 100; at += 1) await file.write(megabyte);
      await file.write(`"}\n${lineOf('flat', { type: 'ErrorEvent', time: '10:00:02' })}\n`);
    }
    const { rows, files, warnings } = await readAll(root);
    expect(files).toMatchObject([{ read: 3, skipped: 1 }]);
    expect(rows('events')).toHaveLength(1);
    expect(warnings).toContainEqual({
      at: 'conv_1_events.jsonl:3',
      message: 'The line is longer than 64 MB.',
      count: 1,
    });
  });

  it('may hold a line that would take more memory than there is: it is skipped and located, and what follows is read', async () => {
    const empty = '{},'.repeat(3_000_000);
    const lines = [
      ...startOf('flat'),
      `{"list":[${empty}{}]}`,
      lineOf('flat', { type: 'ErrorEvent', time: '10:00:02' }),
    ];
    const { report, rows, warnings } = await read(lines.join('\n'));
    expect(report).toMatchObject({ read: 3, skipped: 1 });
    expect(rows).toMatchObject({ events: 1 });
    expect(warnings).toContainEqual({
      at: 'conv_1_events.jsonl:3',
      message: 'The record takes more memory than there is for one.',
      count: 1,
    });
  });

  it('keeps all digits of a number, and takes what is no number as unknown', async () => {
    const odd = lineOf('flat', { type: 'ErrorEvent', time: '10:00:02', fields: { size: 1 } });
    const lines = [
      ...startOf('flat'),
      odd.replace('"size":1', '"size":123456789012345678901234567890'),
      odd.replace('"size":1', '"size":NaN').replace('10:00:02', '10:00:03'),
      odd.replace('2026-02-03', '1970-01-01'),
      odd.replace('2026-02-03', '9999-12-31'),
    ];
    const root = join(folder, 'conv_1_events.jsonl');
    await writeFile(root, `${lines.join('\n')}\n`);
    const { rows } = await readAll(root);
    expect(rows('event_payloads').map(({ metadata }) => metadata?.match(/"size":([^,}]+)/)?.[1])).toEqual([
      '123456789012345678901234567890',
      'null',
      '1',
      '1',
    ]);
    expect(rows('events').map(({ occurred_at }) => occurred_at?.slice(0, 4))).toEqual([
      '2026',
      '2026',
      '1970',
      '9999',
    ]);
  });
});

describe('a packed file', () => {
  it('that is cut in the middle gives what comes before', async () => {
    const packed = gzipSync(
      Array.from({ length: 200 }, (_, nth) => whole.replaceAll('conv_1', `conv_${nth}`)).join(''),
    );
    const { rows, report } = await read(packed.subarray(0, packed.length / 2));
    expect(rows.sessions).toBeGreaterThan(20);
    expect(rows.sessions).toBeLessThan(200);
    expect(report?.skipped).toBe(1);
    expect(report?.reasons[0]?.reason).toMatch(/could not be unpacked to its end: its end is cut off\.$/);
  });

  const good = conversationOf('flat', 3).length;
  const skippableFrame = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  it.each([
    ['gzip', gzipSync(whole)],
    ['zstd', zstdOf(Buffer.from(whole))],
    ['pzstd', Buffer.concat([skippableFrame, zstdOf(Buffer.from(whole))])],
  ])('with something else behind it gives what comes before: %s', async (_, packed) => {
    const { report } = await read(Buffer.concat([packed, Buffer.from('something else')]));
    expect(report).toMatchObject({ read: good, skipped: 1 });
    expect(report?.reasons[0]?.reason).toMatch(/could not be unpacked to its end: /);
  });

  it('with damage in it gives each line before the damage', async () => {
    const lines = Array.from({ length: 200 }, (_, nth) => whole.replaceAll('conv_1', `conv_${nth}`)).join('');
    // Stored, not deflated: a place in the packed bytes is a place in the text.
    const packed = gzipSync(lines, { level: 0 });
    const at = Math.floor(packed.length / 2);
    packed.fill(0xff, packed.indexOf('\n', at) + 1, packed.length - 8);
    const { report } = await read(packed);
    const before = linesIn(packed.subarray(0, at));
    expect(report?.read).toBeGreaterThan(before - 5);
    expect(report?.reasons.at(-1)?.reason).toMatch(
      /could not be unpacked to its end: its data is damaged\.$/,
    );
  });

  it('that is made to fill the disk is given up', async () => {
    const zeros = gzipSync(Buffer.alloc(64_000_000));
    const { report } = await read(Buffer.concat([gzipSync(whole), zeros, zeros, zeros, zeros, zeros]));
    expect(report).toMatchObject({ read: conversationOf('flat', 3).length, skipped: 1 });
    expect(report?.reasons[0]?.reason).toMatch(/it unpacks to more than 500 times its size\.$/);
  });
});

describe('a place', () => {
  it('of 20 GB is recognised by its beginning', async () => {
    const trace = join(folder, 'conv_1_events.jsonl');
    await writeFile(trace, whole);
    await truncate(trace, 20_000_000_000);
    await writeFile(join(folder, 'nothing.bin'), '');
    await truncate(join(folder, 'nothing.bin'), 20_000_000_000);
    const found = await openPath(folder, signal);
    expect(found.sources.map(({ format }) => format)).toEqual(['pidgin']);
    expect(found.unknownFiles).toMatchObject({ count: 1, examples: ['nothing.bin'] });
  });

  it.skipIf(process.platform !== 'linux')(
    'that cannot be read is told of, and the others are read',
    async () => {
      await writeFile(join(folder, 'conv_1_events.jsonl'), whole);
      // Open to everybody, and refused when it is read: also to the superuser, whom no permission stops.
      await symlink('/proc/self/mem', join(folder, 'memory.jsonl'));
      const { rows, failures } = await readAll(folder);
      expect(rows('sessions')).toHaveLength(1);
      expect(failures).toMatchObject([{ failure: { code: 'SOURCE_UNREADABLE' } }]);
    },
  );

  it('is left as it was: no file of ours stays', async () => {
    await read(whole);
    expect(await readdir(folder)).toEqual(['conv_1_events.jsonl']);
  });
});
