import { chmodSync, copyFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from '@playwright/test';
import type { ErrorCode } from '../../db/model';
import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { badFiles, corpus, hashOf } from '../support/corpora';
import { addressOfNobody, lockExclusively, openSilentServer, runStore } from '../support/locks';
import type { Shell } from '../support/shell';

test.use({ locations: [corpus(20)] });

test.beforeEach(async ({ page }) => {
  await new SourcesPanel(page).waitUntilRead('corpus-20');
});
/** Whatever fails, the rest of the workspace stays open and answers. */
test.afterEach(async ({ page }) => {
  await expect(new SourcesPanel(page).source('corpus-20')).toBeVisible();
  await expect(new SessionsPage(page).rows().first()).toBeVisible();
});

async function expectRefusal(shell: Shell, path: string, code: ErrorCode): Promise<void> {
  const { page } = shell;
  await shell.answerDialog(path);
  await shell.clickMenu(
    code === 'FORMAT_DAMAGED' && path.endsWith('/store') ? 'file.openFolder' : 'file.open',
  );
  const alert = page.locator('[role="alert"][data-error-code]').filter({ hasText: basename(path) });
  await expect(alert.first()).toBeVisible({ timeout: 20_000 });
  await expect(alert.first()).toHaveAttribute('data-error-code', code);
}

const table: readonly (readonly [keyof typeof badFiles, ErrorCode])[] = [
  ['missing', 'SOURCE_NOT_FOUND'],
  ['empty', 'FORMAT_UNKNOWN'],
  ['truncated', 'FORMAT_DAMAGED'],
  ['picture', 'FORMAT_UNKNOWN'],
  ['text', 'FORMAT_UNKNOWN'],
  ['withoutData', 'FORMAT_DAMAGED'],
];

test('files that are no trace: each says its code, names the file and leaves it as it was', async ({
  shell,
  page,
  folder,
}) => {
  const dismiss = new SessionsPage(page).notices.getByRole('button', { name: 'Dismiss' });
  for (const [kind, code] of table) {
    const path = badFiles[kind](folder);
    const isFile = kind !== 'missing' && kind !== 'withoutData';
    const before = isFile ? hashOf(path) : '';
    await test.step(kind, () => expectRefusal(shell, path, code));
    if (isFile) expect(hashOf(path), kind).toBe(before);
    while ((await dismiss.count()) > 0) await dismiss.first().click();
  }
});

test('a file that another program has locked says so, and opens once it is free', async ({
  shell,
  page,
  folder,
}) => {
  const path = join(folder, 'locked.db');
  copyFileSync(corpus(20), path);
  const before = hashOf(path);
  {
    await using _other = await lockExclusively(path);
    await expectRefusal(shell, path, 'LOCKED');
  }
  expect(hashOf(path)).toBe(before);
  await shell.answerDialog(path);
  await shell.clickMenu('file.open');
  await new SourcesPanel(page).waitUntilRead('locked');
});

test('links that lead in a circle cannot be read', async ({ shell, folder }) => {
  const path = join(folder, 'circle.db');
  symlinkSync(path, path);
  await expectRefusal(shell, path, 'SOURCE_UNREADABLE');
});

test('a file that may not be read says so', async ({ shell, folder }) => {
  test.skip(process.getuid?.() === 0, 'root may read everything');
  const path = join(folder, 'private.db');
  copyFileSync(corpus(20), path);
  chmodSync(path, 0);
  await expectRefusal(shell, path, 'SOURCE_UNREADABLE');
});

async function connectTo(page: Page, url: string, token = ''): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Connect to URL' });
  await dialog.getByLabel('URL').fill(url);
  await dialog.getByLabel('Token').fill(token);
  await dialog.getByRole('button', { name: 'Connect' }).click();
}

async function expectFailure(page: Page, code: ErrorCode): Promise<void> {
  const alert = page.getByRole('dialog', { name: 'Connect to URL' }).locator('[data-error-code]');
  await expect(alert).toHaveAttribute('data-error-code', code, { timeout: 20_000 });
}

test('a server that refuses, and one that never answers, are given up in bounded time', async ({
  shell,
  page,
}) => {
  await using silent = await openSilentServer();
  await shell.clickMenu('file.connect');
  await connectTo(page, await addressOfNobody());
  await expectFailure(page, 'STORE_UNAVAILABLE');
  await expect(page.getByRole('dialog')).toContainText('refused the connection');
  await connectTo(page, silent.url);
  await expect(page.getByRole('dialog')).toContainText('did not answer in time', { timeout: 20_000 });
  await expectFailure(page, 'STORE_UNAVAILABLE');
  await page.keyboard.press('Escape');
});

test('a token that the store rejects can be mended in the dialog', async ({ shell, page, folder }) => {
  await using store = await runStore(folder);
  await shell.clickMenu('file.connect');
  const [head = '', claims = ''] = store.readOnlyToken.split('.');
  await connectTo(page, store.url, `${head}.${claims}.${'A'.repeat(86)}`);
  await expectFailure(page, 'SOURCE_UNREADABLE');
  await connectTo(page, store.url, store.readOnlyToken);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await new SourcesPanel(page).waitUntilRead(new URL(store.url).host);
});
