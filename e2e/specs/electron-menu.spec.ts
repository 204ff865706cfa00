import { type CommandId, commandIds, commandOf } from '../../src-main/contract/commands';
import { expect, test } from '../fixtures';
import { SourcesPanel } from '../pages/sources-panel';
import { corpus } from '../support/corpora';

interface Entry {
  readonly id: string;
  readonly enabled: boolean;
  readonly checked: boolean;
}

test.describe('the native menu', () => {
  test('has every command, and says what can run', async ({ app, page, clickMenu, answerDialog }) => {
    const entries = () =>
      app?.evaluate(({ Menu }) => {
        const all = (menu: Electron.Menu): Electron.MenuItem[] =>
          menu.items.flatMap((item) => [item, ...(item.submenu ? all(item.submenu) : [])]);
        const menu = Menu.getApplicationMenu();
        return (menu ? all(menu) : []).map(({ id, enabled, checked }): Entry => ({ id, enabled, checked }));
      });
    const find = async (id: CommandId) => (await entries())?.find((entry) => entry.id === id);
    const ids = new Set((await entries())?.map((entry) => entry.id));
    expect(commandIds.filter((id) => !ids.has(id))).toEqual([]);

    await answerDialog(corpus(20));
    await clickMenu('file.open');
    await expect(new SourcesPanel(page).source('corpus-20')).toBeVisible();
    await expect.poll(() => find('export.parquet')).toMatchObject({ enabled: true });
    expect(await find('go.nextError')).toMatchObject({ enabled: false });
  });

  test('marks the theme that is on, also when it is chosen again', async ({ app, clickMenu }) => {
    const marked = () =>
      app?.evaluate(({ Menu }) =>
        ['view.themeSystem', 'view.themeLight', 'view.themeDark'].filter(
          (id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.checked,
        ),
      );
    await expect.poll(marked).toEqual(['view.themeSystem']);
    await clickMenu('view.themeDark');
    await expect.poll(marked).toEqual(['view.themeDark']);
    await clickMenu('view.themeDark');
    await expect.poll(marked).toEqual(['view.themeDark']);
    expect(await app?.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark');
  });

  test('an accelerator runs its command once', async ({ page, shell }) => {
    test.skip(!shell.isDouble, 'keys of DevTools do not reach the native menu of the real binary');
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toHaveCount(1);
    expect(commandOf('view.palette').title).toBe('Command Palette');
  });
});
