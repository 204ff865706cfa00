import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus, corpusS } from '../support/corpora';
import type { Shell } from '../support/shell';
import { sumsOf } from '../support/sums';

test.use({ locations: [corpus(20)] });

async function exportTo(shell: Shell, page: Page, target: string): Promise<void> {
  await shell.clickMenu('export.parquet');
  const dialog = page.getByRole('dialog', { name: 'Export', exact: true });
  await expect(dialog.getByRole('button', { name: 'Choose where…' })).toBeEnabled();
  await shell.answerDialog(target);
  await dialog.getByRole('button', { name: 'Choose where…' }).click();
}

test('an export opens again with equal values, in the window and on the command line', async ({
  shell,
  page,
  folder,
  home,
}) => {
  const target = join(folder, 'export');
  const sources = new SourcesPanel(page);
  const { totals } = new SessionsPage(page);
  await sources.waitUntilRead('corpus-20');
  await sources.source('corpus-20').click();
  await expect(totals).toContainText('800');
  const before = (await totals.textContent()) ?? '';
  await exportTo(shell, page, target);
  // The page answers the file dialog of serve while it is asked something.
  await expect(page.getByRole('dialog', { name: 'Export to' })).toHaveCount(0);
  await expect.poll(() => existsSync(join(target, 'manifest.json'))).toBe(true);
  expect(JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8'))).toHaveProperty('tables');
  await page.keyboard.press('Escape');

  await shell.answerDialog(target);
  await shell.clickMenu('file.openFolder');
  await expect(sources.source('export')).toBeVisible();
  await sources.waitUntilRead('export');
  await sources.source('export').click();
  await expect(totals).toHaveText(before);
  // The window has the mirrors locked meanwhile: the command makes its own.
  expect(sumsOf(home, target)).toEqual(sumsOf(home, corpus(20)));
});

test('an export to where one is already replaces it when that is asked for', async ({
  shell,
  page,
  folder,
}) => {
  const target = join(folder, 'export');
  const jobs = page.getByRole('dialog', { name: 'Jobs' });
  await new SourcesPanel(page).waitUntilRead('corpus-20');
  await exportTo(shell, page, target);
  await expect(jobs).toContainText('done');
  await page.keyboard.press('Escape');
  writeFileSync(join(target, 'of-the-first.txt'), '');
  await exportTo(shell, page, target);
  await expect(page.locator('[data-error-code="EXPORT_TARGET_EXISTS"]').first()).toBeVisible();
  expect(existsSync(join(target, 'of-the-first.txt'))).toBe(true);
  await page.getByRole('dialog').getByRole('button', { name: 'Overwrite' }).click();
  await expect.poll(() => existsSync(join(target, 'of-the-first.txt'))).toBe(false);
  await expect.poll(() => readdirSync(folder).sort()).toEqual(['export', 'home']);
  expect(readdirSync(target)).toContain('manifest.json');
});

test('a target that exists is not touched until that is asked for', async ({ shell, page, folder }) => {
  const target = join(folder, 'export');
  mkdirSync(target);
  writeFileSync(join(target, 'mine.txt'), 'mine');
  await new SourcesPanel(page).waitUntilRead('corpus-20');
  await exportTo(shell, page, target);
  await expect(page.locator('[data-error-code="EXPORT_TARGET_EXISTS"]').first()).toBeVisible();
  expect(readFileSync(join(target, 'mine.txt'), 'utf8')).toBe('mine');
});

test.describe('a larger source', () => {
  test.use({ locations: [corpus(2_000)] });
  test('an export that is cancelled in the middle leaves nothing', async ({ shell, page, folder }) => {
    test.slow();
    const jobs = page.getByRole('dialog', { name: 'Jobs' });
    await new SourcesPanel(page)
      .source('corpus-2000')
      .getByRole('img', { name: 'ready', exact: true })
      .waitFor({ timeout: 60_000 });
    await exportTo(shell, page, join(folder, 'export'));
    await jobs.getByRole('button', { name: 'Cancel' }).click();
    await expect(jobs).toContainText('cancelled');
    expect(readdirSync(folder)).toEqual(['home']);
  });
});

test.describe('a disk that becomes full', () => {
  test.use({ locations: [corpusS()] });
  test('is told, and nothing half is left on it', async ({ shell, page, folder }) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', disk]);
    test.skip(status !== 0, 'a file system of 200 kB can only be mounted by root');
    try {
      await new SourcesPanel(page).waitUntilRead('corpus-200');
      await exportTo(shell, page, join(disk, 'export'));
      await expect(page.locator('[data-error-code="DISK_FULL"]').first()).toBeVisible();
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
