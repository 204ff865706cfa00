import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentTrace, request, span } from '../../db/sources/otlp/fixtures/traces';
import { expect, test } from '../fixtures';
import { SessionPage } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { hashOf } from '../support/corpora';

test('an OTLP file opens as sessions with tokens; the rows of one show its spans', async ({
  shell,
  page,
  folder,
}) => {
  const file = join(folder, 'traces.json');
  const other = span(9, { trace: 'f'.repeat(32), name: 'GET /health' });
  writeFileSync(file, JSON.stringify(request([...agentTrace(), other])));
  const before = hashOf(file);
  const sessions = new SessionsPage(page);
  await shell.answerDialog(file);
  await shell.clickMenu('file.open');
  await new SourcesPanel(page).waitUntilRead('traces.json');
  await expect(sessions.rows()).toHaveCount(2);
  await expect(sessions.row('invoke_agent guide')).toContainText('275');
  await sessions.open('invoke_agent guide');
  const session = new SessionPage(page);
  await expect(session.transcript).toContainText('It rains.');
  await expect((await session.show('Timeline')).getByRole('img').first()).toBeVisible();
  const rows = await session.show('Rows');
  await rows.getByRole('button', { name: 'spans' }).click();
  await expect(rows.getByRole('table')).toContainText('execute_tool weather');
  await expect(rows).toContainText('1 to 4 of 4');
  await rows.getByRole('button', { name: 'state_patches' }).click();
  await expect(rows).toContainText('0 rows');
  expect(hashOf(file)).toBe(before);
});
