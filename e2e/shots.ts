/** `npm run shots`: every screen in its states, both themes, two sizes, into dist/shots; the README's choice into docs/pictures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { expect, test } from './fixtures';
import { MappingPage } from './pages/mapping-page';
import { SessionPage, type SessionTab, sessionTabs } from './pages/session-page';
import { SessionsPage } from './pages/sessions-page';
import { SourcesPanel } from './pages/sources-panel';
import { StorePage } from './pages/store-page';
import { type Camera, makePictureFolders, sizes, snap, take, themes } from './support/camera';
import { badFiles, corpus, pidginFolder } from './support/corpora';
import { startStore } from './support/stores';
import { talksCsv, unknownDatabase, unknownTable } from './support/tables';

async function takeTabs(camera: Camera, suffix: string, tabs: readonly SessionTab[]): Promise<void> {
  const session = new SessionPage(camera.page);
  for (const tab of tabs) {
    await session.show(tab);
    await take(camera, `${tab.toLowerCase()}${suffix}`);
  }
}

test.beforeAll(makePictureFolders);
test.setTimeout(180_000);

for (const theme of ['light', 'dark'] as const)
  for (const size of sizes) {
    const name = `${theme}, ${size.width} × ${size.height}`;

    test.describe(name, () => {
      test.describe('with the demo', () => {
        test.use({ environment: { STEPSCOPE_DEMO: '1' } });
        test('the screens with what is usual', async ({
          page,
          home,
          clickMenu,
          answerDialog,
          folder: own,
        }) => {
          const camera = { page, theme, size };
          const panel = new SourcesPanel(page);
          const sessions = new SessionsPage(page);
          await page.setViewportSize(size);
          await clickMenu(themes[theme]);
          const log = () => readFileSync(join(home, 'logs/main.log'), 'utf8');
          await expect.poll(log, { timeout: 120_000 }).toContain('demo.written');
          await panel.waitUntilRead('Live store');
          await take(camera, 'sessions-demo');
          await page.getByRole('button', { name: 'Keep' }).click();
          // The rows are known in full once a model is.
          await expect(sessions.row(/gpt|claude/).first()).toBeVisible({ timeout: 30_000 });
          await sessions.rows().nth(3).click();
          await take(camera, 'sessions');
          for (const screen of ['Analytics', 'Store'] as const) {
            await panel.screen(screen).click();
            await take(camera, screen.toLowerCase());
          }
          await panel.screen('Sessions').click();
          await sessions.filter.fill('Crafter');
          await sessions.filter.press('Enter');
          await sessions.open(/Crafter/);
          await takeTabs(camera, '', sessionTabs);
          await page.keyboard.press('Control+k');
          await expect(page.getByRole('dialog')).toBeVisible();
          await take(camera, 'palette');
          await page.keyboard.press('Escape');
          await clickMenu('help.shortcuts');
          await take(camera, 'shortcuts');
          await page.keyboard.press('Escape');
          await clickMenu('export.parquet');
          await take(camera, 'export');
          await page.keyboard.press('Escape');
          await clickMenu('go.open');
          // The menu has the focus back, and its ring does not belong into the picture.
          await page.getByRole('heading', { name: 'Open another source' }).click();
          await take(camera, 'open');
          await answerDialog(badFiles.picture(own));
          await clickMenu('file.open');
          await expect(page.locator('[data-error-code="FORMAT_UNKNOWN"]').first()).toBeVisible();
          await take(camera, 'open-error');
        });
      });

      test.describe('with real runs', () => {
        test.use({ locations: [pidginFolder] });
        test('a Pidgin conversation', async ({ page, clickMenu }) => {
          const camera = { page, theme, size };
          await page.setViewportSize(size);
          await clickMenu(themes[theme]);
          await expect(new SessionsPage(page).rows()).toHaveCount(3);
          await new SessionsPage(page).open(/spiral-wave|patient-thread/);
          await takeTabs(camera, '-pidgin', ['Transcript', 'Convergence']);
        });
      });

      test.describe('with much', () => {
        test.use({ locations: [corpus(2_000)] });
        test('partial, then large', async ({ page, clickMenu }) => {
          const camera = { page, theme, size };
          await page.setViewportSize(size);
          await clickMenu(themes[theme]);
          await expect(new SessionsPage(page).rows().first()).toBeVisible();
          await snap(camera, 'sessions-partial');
          await new SourcesPanel(page)
            .source('corpus-2000')
            .getByRole('img', { name: 'ready', exact: true })
            .waitFor({ timeout: 120_000 });
          await take(camera, 'sessions-large');
          await new SourcesPanel(page).screen('Analytics').click();
          await take(camera, 'analytics-large');
        });
      });

      test('the store, taken care of and copied', async ({ page, clickMenu, answerDialog, folder: own }) => {
        const camera = { page, theme, size };
        const panel = new SourcesPanel(page);
        const store = new StorePage(page);
        await page.setViewportSize(size);
        await clickMenu(themes[theme]);
        await panel.screen('Store').click();
        await answerDialog(corpus(100));
        await store.action('Import…').click();
        await store.dialog.getByText(/100 sessions of dialect/).waitFor();
        await take(camera, 'care-import');
        await page.keyboard.press('Escape');
        const backup = join(own, 'backup');
        await answerDialog(backup);
        await store.action('Back up…').click();
        await store.dialog.getByText(/verified/).waitFor();
        await take(camera, 'care-backup');
        await page.keyboard.press('Escape');
        await store.action('Check').click();
        await store.dialog.getByText(/is sound/).waitFor();
        await take(camera, 'care-check');
        await page.keyboard.press('Escape');
        await store.action('Retention…').click();
        await store.dialog.getByRole('textbox', { name: /^Older than/ }).fill('1');
        await take(camera, 'care-retention');
        await store.dialog.getByRole('button', { name: 'Preview' }).click();
        await store.dialog.getByText(/would move/).waitFor();
        await take(camera, 'care-preview');
        await page.keyboard.press('Escape');
        await answerDialog(own);
        await store.action('Restore…').click();
        await take(camera, 'care-restore');
        await store.dialog.getByRole('button', { name: 'Restore' }).click();
        await store.dialog.getByText('SOURCE_NOT_FOUND').waitFor();
        await take(camera, 'care-error');
        await page.keyboard.press('Escape');
        await store.replication.getByRole('button', { name: 'Change role…' }).click();
        await store.dialog.getByRole('radio', { name: /^Replica of/ }).check();
        await take(camera, 'role-replica');
        await store.dialog.getByRole('radio', { name: /^Primary/ }).check();
        await store.dialog.getByRole('textbox', { name: /^Port/ }).fill('0');
        await take(camera, 'role-primary');
        await store.dialog.getByRole('button', { name: 'Change role' }).click();
        await store.dialog.waitFor({ state: 'hidden' });
        const address = store.replication.locator('code');
        await expect(address).toContainText('http');
        const { authToken } = await store.access();
        const nodeUrl = (await address.textContent()) ?? '';
        const link = ['--replica-of', nodeUrl, '--token', authToken];
        const replica = await startStore(own, join(own, 'far'), ...link);
        try {
          await expect(store.replication).toContainText('in step');
          await store.replication.scrollIntoViewIfNeeded();
          await take(camera, 'replication');
          await store.care.getByRole('button').last().scrollIntoViewIfNeeded();
          await take(camera, 'care');
          const client = createClient(await store.access());
          const write = (name: string) =>
            client.execute(
              `INSERT INTO session_traces (session_id, created_at, metadata) VALUES ('${name}', '2026-02-01 00:00:00', '{"title": "${name}"}')`,
            );
          const sessions = new SessionsPage(page);
          await panel.screen('Sessions').click();
          await sessions.rows().nth(2).click();
          for (const name of ['First', 'Second', 'Third']) await write(name);
          await page.getByRole('button', { name: /^3 new$/ }).waitFor();
          await take(camera, 'live-new');
          await page.keyboard.press('Shift+F');
          await page.keyboard.press('p');
          await page
            .getByRole('main')
            .getByRole('button', { name: /^Resume/ })
            .waitFor();
          for (const name of ['Fourth', 'Fifth']) await write(name);
          await expect(page.getByRole('main')).toContainText('2 sessions, 2 rows wait');
          await take(camera, 'live-paused');
          client.close();
        } finally {
          replica.child.kill('SIGKILL');
        }
      });

      test('a file of an unknown schema', async ({ page, clickMenu, answerDialog, folder: own }) => {
        const camera = { page, theme, size };
        const mapping = new MappingPage(page);
        await page.setViewportSize(size);
        await clickMenu(themes[theme]);
        await answerDialog(unknownTable(own, 'talks.csv', talksCsv(12)));
        await clickMenu('file.open');
        await expect(mapping.sessions).toContainText('talk-11');
        await take(camera, 'mapping');
        await mapping.field('Messages of rows', 'Time').selectOption({ label: 'body' });
        await mapping.field('Messages of rows', 'Content').selectOption('');
        await expect(mapping.open).toBeDisabled();
        await take(camera, 'mapping-problems');
        await answerDialog(unknownDatabase(own, 'agents.db'));
        await clickMenu('file.open');
        await expect(mapping.sessions).toContainText('Refund');
        await take(camera, 'mapping-database');
      });

      test('empty and error', async ({ page, clickMenu, shell }) => {
        const camera = { page, theme, size };
        await page.setViewportSize(size);
        await clickMenu(themes[theme]);
        await new SourcesPanel(page).waitUntilRead('Live store');
        await take(camera, 'sessions-empty');
        for (const screen of ['Analytics', 'Store'] as const) {
          await new SourcesPanel(page).screen(screen).click();
          await take(camera, `${screen.toLowerCase()}-empty`);
        }
        await page.evaluate(() => {
          location.hash = '#/session/0000000000000000/nothing';
        });
        await expect(page.getByRole('alert').first()).toBeVisible();
        await take(camera, 'session-error');
        await page.evaluate(() => {
          location.hash = '#/sessions';
        });
        await clickMenu('file.closeSource');
        await expect(new SourcesPanel(page).source('Live store')).toHaveCount(0);
        await take(camera, 'open-empty');

        // An engine that does not answer: the page is asked for again, its data socket leads nowhere.
        await page.routeWebSocket(/\/ws\/data/, () => undefined);
        await page.goto('about:blank');
        await page.goto(shell.url ?? '');
        await expect(page.getByRole('menubar', { name: 'Menu' })).toBeVisible();
        await snap(camera, 'sessions-loading');
      });
    });
  }
