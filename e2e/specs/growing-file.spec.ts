import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { pidginFolder } from '../support/corpora';

/** The lines of a real conversation. */
function linesOf(run: string): string[] {
  const folder = join(pidginFolder, readdirSync(pidginFolder).find((name) => name.startsWith(run)) ?? '');
  const file = readdirSync(folder).find((name) => name.endsWith('.jsonl')) ?? '';
  return readFileSync(join(folder, file), 'utf8').trim().split('\n');
}

test('a conversation that is still being written is followed in the window', async ({
  shell,
  page,
  folder,
}) => {
  const lines = linesOf('spiral-wave');
  const text = lines.map((line) => `${line}\n`).join('');
  const turns = lines.filter((line) => line.includes('TurnCompleteEvent')).length;
  // Up to the middle of the third line.
  const cut = lines.slice(0, 2).join('\n').length + 40;
  const run = join(folder, 'pidgin-live');
  mkdirSync(run);
  const file = join(run, 'conv_live_events.jsonl');
  writeFileSync(file, text.slice(0, cut));

  const sessions = new SessionsPage(page);
  await shell.answerDialog(run);
  await shell.clickMenu('file.openFolder');
  await new SourcesPanel(page).waitUntilRead('pidgin-live');
  await expect(sessions.rows()).toHaveCount(1);
  await expect(sessions.grid.getByRole('gridcell', { name: /^Running Claude Haiku/ })).toBeVisible();

  appendFileSync(file, text.slice(cut));
  await expect(sessions.grid.getByRole('gridcell', { name: /^Running/ })).toHaveCount(0);
  const steps = sessions.rows().getByRole('gridcell').nth(2);
  await expect(steps).toHaveText(String(turns));
  await expect(sessions.rows()).toHaveCount(1);
});
