import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { expect, test } from '../fixtures';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus } from '../support/corpora';
import { descendants } from '../support/processes';

/** Remote ends of the TCP connections of these processes, as the kernel lists them (Linux). */
function remoteEnds(pids: readonly number[]): string[] {
  const sockets = new Set<string>();
  for (const pid of pids) {
    try {
      for (const name of readdirSync(`/proc/${pid}/fd`)) {
        const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`)) ?? [];
        if (inode !== undefined) sockets.add(inode);
      }
    } catch {
      // It ended meanwhile, or the descriptor did.
    }
  }
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => sockets.has(fields[9] ?? ''))
      .map((fields) => fields[2] ?? ''),
  );
}

/** 127.x.x.x or ::1 in the kernel's byte order, or nobody yet. */
function isHere(end: string): boolean {
  const [address = ''] = end.split(':');
  return /^(0+|[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/.test(address);
}

test.use({ locations: [corpus(20)] });

test('nothing is asked for outside this machine', async ({ page, shell }) => {
  test.skip(process.platform !== 'linux', 'reads /proc');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).hostname));
  const panel = new SourcesPanel(page);
  await panel.waitUntilRead('corpus-20');
  for (const screen of ['Analytics', 'Store', 'Sessions'] as const) {
    await panel.screen(screen).click();
    await expect(panel.screen(screen)).toHaveAttribute('aria-current', 'page');
  }
  await page.reload();
  await panel.waitUntilRead('corpus-20');
  const own = /^(127\.0\.0\.1|localhost|stepscope(\.app\.electron-double\.internal)?)$/;
  expect(asked.filter((host) => !own.test(host))).toEqual([]);
  expect(asked.length).toBeGreaterThan(0);
  const ends = remoteEnds([shell.pid, ...descendants(shell.pid)]);
  expect(ends.length).toBeGreaterThan(0);
  expect(ends.filter((end) => !isHere(end))).toEqual([]);
});
