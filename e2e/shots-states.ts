/** `npm run shots`, too: what opened in part or not at all, a migration, and stores that depend on others. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { SessionsPage } from './pages/sessions-page';
import { SourcesPanel } from './pages/sources-panel';
import { StorePage } from './pages/store-page';
import { makePictureFolders, sizes, take, themes } from './support/camera';
import { badFiles, makeMixedFolder } from './support/corpora';
import { makeDuckDb } from './support/duckdb-files';
import { serve } from './support/serve-shell';
import { startStore } from './support/stores';

test.beforeAll(makePictureFolders);
test.setTimeout(120_000);

for (const theme of ['light', 'dark'] as const)
  for (const size of sizes) {
    const name = `${theme}, ${size.width} × ${size.height}`;

    test(`${name} › a folder of which not all opens, and files that do not`, async ({
      page,
      clickMenu,
      answerDialog,
      openFile,
      folder: own,
    }) => {
      const camera = { page, theme, size };
      const panel = new SourcesPanel(page);
      const { notices } = new SessionsPage(page);
      await page.setViewportSize(size);
      await clickMenu(themes[theme]);
      await answerDialog(makeMixedFolder(own));
      await clickMenu('file.openFolder');
      await panel.waitUntilRead('agent.db');
      await panel.waitUntilRead('pidgin · mixed');
      await take(camera, 'opened-in-part');
      await notices.getByRole('button', { name: 'Details…' }).click();
      await take(camera, 'not-opened');
      await page.keyboard.press('Escape');
      await panel.source('pidgin · mixed').click();
      await clickMenu('file.sourceDetails');
      await page.getByRole('button', { name: /The line is no JSON/ }).click();
      await page.getByText('this line is no event at all').waitFor();
      await take(camera, 'source-details');
      await page.keyboard.press('Escape');
      await openFile(badFiles.truncated(own));
      await openFile(badFiles.missing(own));
      await expect(notices.getByRole('alert')).toHaveCount(2);
      await take(camera, 'open-errors');
    });

    test(`${name} › tracing v2 is migrated`, async ({ page, clickMenu, folder: own }) => {
      const camera = { page, theme, size };
      const source = join(own, 'v2.duckdb');
      await makeDuckDb(source, 'tracing-v2');
      await page.setViewportSize(size);
      await clickMenu(themes[theme]);
      await clickMenu('file.migrate');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('From').fill(source);
      await take(camera, 'migrate');
      await dialog.getByRole('button', { name: 'Try without writing' }).click();
      await dialog.getByText('Nothing was written').waitFor();
      await take(camera, 'migrate-trial');
      await dialog.getByRole('button', { name: 'Back' }).click();
      await dialog.getByRole('button', { name: 'Migrate', exact: true }).click();
      await dialog.getByText('Every row was written and found equal').waitFor();
      await take(camera, 'migrate-report');
    });

    test(`${name} › a store that another process runs, and one cut off from its primary`, async ({
      page,
      clickMenu,
      folder: own,
    }) => {
      const camera = { page, theme, size };
      const store = new StorePage(page);
      const panel = new SourcesPanel(page);
      await page.setViewportSize(size);
      await clickMenu(themes[theme]);
      // The application of another data folder, whose store somebody runs already.
      const home = join(own, 'second-home');
      mkdirSync(home);
      const holder = await startStore(own, join(home, 'store'));
      const attached = await serve({ home, locations: [], environment: {} });
      const primary = await startStore(own, join(own, 'far'), '--primary', '--grpc-port', '0');
      try {
        const first = page.url();
        await page.goto(attached.url);
        await panel.screen('Store').click();
        await page.getByRole('button', { name: 'Detach' }).waitFor();
        await take(camera, 'store-attached');
        await page.goto(first);
        await panel.screen('Store').click();
        await store.replication.getByRole('button', { name: 'Change role…' }).click();
        await store.dialog.getByRole('radio', { name: /^Replica of/ }).check();
        await store.dialog.getByRole('textbox', { name: /^Primary/ }).fill(primary.nodeUrl);
        await store.dialog.getByRole('textbox', { name: /^Token/ }).fill(primary.token);
        await store.dialog.getByRole('button', { name: 'Change role' }).click();
        await expect(store.replication).toContainText('in step');
        primary.child.kill('SIGKILL');
        await expect(store.replication).toContainText('cut off');
        await take(camera, 'store-cut-off');
      } finally {
        primary.child.kill('SIGKILL');
        await attached.stop();
        holder.child.kill('SIGTERM');
      }
    });
  }
