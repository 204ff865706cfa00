import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { expect, test } from '../fixtures';
import { violationsIn } from '../pages/axe';
import { SourcesPanel } from '../pages/sources-panel';
import { startStore } from '../support/stores';

test('the window becomes a replica by keyboard, follows its primary, and says when that is gone', async ({
  page,
  folder,
}) => {
  test.slow();
  // A store of another machine, as far as the window can tell.
  const primary = await startStore(folder, join(folder, 'far'), '--primary', '--grpc-port', '0');
  try {
    const panel = new SourcesPanel(page);
    await panel.screen('Store').click();
    const section = page.getByRole('region', { name: 'Replication' });
    await expect(section).toContainText('Alone');
    await section.getByRole('button', { name: 'Change role…' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Change the role of the store' });
    await dialog.getByRole('radio', { name: /^Alone/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await dialog.getByRole('textbox', { name: /^Primary/ }).fill(primary.nodeUrl);
    await expect(dialog).toContainText('The token is missing.');
    const token = dialog.getByRole('textbox', { name: /^Token/ });
    const change = dialog.getByRole('button', { name: 'Change role' });
    await expect(change).toBeDisabled();
    await token.fill('wrong');
    await expect(dialog.getByRole('region', { name: 'What this does' })).toContainText('set aside');
    expect(await violationsIn(page)).toEqual([]);
    await change.click();
    await expect(dialog).toContainText('does not take this token');
    await token.fill(primary.token);
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(section).toContainText(primary.nodeUrl);
    await expect(section).toContainText('in step');

    const client = createClient({ url: primary.url, authToken: primary.token });
    await client.execute(
      `INSERT INTO session_traces (session_id, created_at, metadata) VALUES ('far', '2026-01-01 00:00:00', '{"title": "From afar"}')`,
    );
    client.close();
    await panel.screen('Sessions').click();
    await expect(page.getByRole('main')).toContainText('From afar');

    await panel.screen('Store').click();
    primary.child.kill('SIGKILL');
    await expect(section).toContainText('cut off');
    await expect(page.getByRole('main')).toContainText('Cut off from its primary');
    expect(await violationsIn(page, 'screen')).toEqual([]);
  } finally {
    primary.child.kill('SIGKILL');
  }
});
