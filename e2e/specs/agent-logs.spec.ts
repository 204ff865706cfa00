import { expect, test } from '../fixtures';
import { SessionPage } from '../pages/session-page';
import { SessionsPage } from '../pages/sessions-page';
import { SourcesPanel } from '../pages/sources-panel';
import { writeClaudeCode, writeClaudeTap, writeCodex, writeOpenCode } from '../support/agent-logs';
import { hashOf } from '../support/corpora';

test('a Claude Code log reads as a conversation: prompt, tool call with its result, tokens counted once', async ({
  shell,
  page,
  folder,
}) => {
  const file = writeClaudeCode(folder);
  const before = hashOf(file);
  await shell.answerDialog(file);
  await shell.clickMenu('file.open');
  await new SourcesPanel(page).waitUntilRead('abcdef01');
  await new SessionsPage(page).open('Why is the total wrong?');
  const session = new SessionPage(page);
  const { transcript } = session;
  await expect(transcript).toContainText('The sum is computed in cart.ts.');
  await expect(transcript).toContainText('Read(file_path: "cart.ts") → sum += 1');
  await expect(transcript.getByText('sum += 1')).toHaveCount(1);
  // 12 + 4,000 + 345 for each of two answers, one of them in two lines.
  await expect(page.getByRole('main')).toContainText('8,714');
  await expect(await session.show('Costs')).toContainText('claude-sonnet-4-5-20250929');
  expect(hashOf(file)).toBe(before);
});

test('a Codex rollout, an API recording and a folder of OpenCode open together', async ({
  shell,
  page,
  folder,
}) => {
  const sessions = new SessionsPage(page);
  for (const file of [writeCodex(folder), writeClaudeTap(folder)]) {
    await shell.answerDialog(file);
    await shell.clickMenu('file.open');
  }
  await shell.answerDialog(writeOpenCode(folder));
  await shell.clickMenu('file.openFolder');
  await new SourcesPanel(page).waitUntilRead('opencode');
  await expect(sessions.rows()).toHaveCount(3);
  await expect(sessions.row('Read the cart')).toContainText('$0.25');
  await expect(sessions.row('Say hello')).toContainText('13');
  // Totals that run on are not summed: 5,000 + 40.
  await expect(sessions.row('List the files')).toContainText('5,040');
  await sessions.open('List the files');
  await expect(new SessionPage(page).transcript).toContainText('shell(command: "ls") → cart.ts');
});
