import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus } from '../support/corpora';
import type { Shell } from '../support/shell';

test.use({ locations: [corpus(20)] });

async function exportTo(shell: Shell, page: Page, target: string): Promise<void> {
  await shell.clickMenu('export.parquet');
  const dialog = page.getByRole('dialog', { name: 'Export', exact: true });
  await expect(dialog.getByRole('button', { name: 'Choose where…' })).toBeEnabled();
  await shell.answerDialog(target);
  await dialog.getByRole('button', { name: 'Choose where…' }).click();
}

test('an export opens again with equal totals', async ({ shell, page, folder }) => {
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
