import { expect, test } from '../fixtures';
import { SourcesPanel } from '../pages/sources-panel';
import { findChild } from '../support/processes';

test('the Store screen says where the store runs, hides its token, and stops and starts it', async ({
  page,
  shell,
}) => {
  const screen = page.getByRole('main');
  await new SourcesPanel(page).screen('Store').click();
  await expect(screen.getByText('running', { exact: true })).toBeVisible();
  const where = screen.getByRole('region', { name: 'Where it runs' });
  await expect(where).toContainText(/http:\/\/127\.0\.0\.1:\d+/);
  await expect(where).toContainText(/pid \d+/);
  await expect(screen.getByRole('list', { name: /^Log lines/ })).toContainText(/\w+/);

  const token = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;
  await expect(screen).not.toContainText(token);
  await where.getByRole('button', { name: 'Show the write token' }).click();
  await expect(where).toContainText(token);
  await where.getByRole('button', { name: 'Hide the write token' }).click();
  await expect(screen).not.toContainText(token);

  await screen.getByRole('button', { name: 'Stop' }).click();
  await expect(screen.getByText('stopped', { exact: true })).toBeVisible();
  await expect.poll(() => findChild(shell.pid, 'sqld')).toBeUndefined();
  await screen.getByRole('button', { name: 'Start' }).click();
  await expect(screen.getByText('running', { exact: true })).toBeVisible();
  await expect.poll(() => findChild(shell.pid, 'sqld')).toBeDefined();
});
