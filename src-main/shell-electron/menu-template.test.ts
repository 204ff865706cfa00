import { describe, expect, it } from 'vitest';
import { type CommandId, commandIds, commandOf } from '../contract';
import { acceleratorOf, buildMenuTemplate, type MenuState } from './menu-template';

type Item = Electron.MenuItemConstructorOptions;
const empty: MenuState = { enabled: {}, checked: {}, recent: [] };

function build(state: Partial<MenuState> = {}, platform: NodeJS.Platform = 'linux') {
  const done: unknown[] = [];
  const actions = { command: (id: CommandId) => done.push(id), open: (spec: unknown) => done.push(spec) };
  const menu = buildMenuTemplate({ ...empty, ...state }, actions, platform);
  const all = (items: readonly Item[]): Item[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? all(item.submenu) : [])]);
  const find = (id: string): Item => {
    const item = all(menu).find((candidate) => candidate.id === id);
    if (!item) throw new Error(`no item ${id}`);
    return item;
  };
  const click = (id: string) => Reflect.apply(find(id).click ?? (() => undefined), undefined, []);
  return { menu, all: all(menu), find, click, done };
}

describe('the native menu', () => {
  it('has every command of the table exactly once, on each platform', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      const ids = build({}, platform).all.flatMap((item) => (item.id === undefined ? [] : [item.id]));
      expect(ids.toSorted()).toEqual([...commandIds].toSorted());
    }
  });

  it('puts each command under its menu, with its title', () => {
    const { menu } = build();
    const title = (item: Item) => item.label?.replace('&', '').toLowerCase();
    expect(menu.map(title)).toEqual(['file', 'edit', 'view', 'export', 'go', 'help']);
    const exports = menu.find((item) => title(item) === 'export')?.submenu;
    expect(Array.isArray(exports) && exports.map((item) => item.label)).toEqual([
      'Parquet…',
      'CSV…',
      'JSON Lines…',
    ]);
  });

  it('has the application menu with its roles on macOS only', () => {
    expect(build({}, 'darwin').menu[0]?.label).toBe('Stepscope');
    expect(build({}, 'linux').menu[0]?.label).toBe('&File');
  });

  it('takes no plain key and no key of an edit role from the page', () => {
    for (const { accelerator } of build().all) expect(accelerator ?? 'Ctrl+').toMatch(/^\w+\+/);
    expect(acceleratorOf(commandOf('edit.selectAll'))).toBeUndefined();
    expect(acceleratorOf(commandOf('file.open'))).toBe('CmdOrCtrl+O');
  });

  it('gives no two items the same accelerator', () => {
    const used = build().all.flatMap((item) => (item.accelerator ? [item.accelerator] : []));
    expect(new Set(used).size).toBe(used.length);
  });

  it('keeps what needs a source or a session disabled until the window says otherwise', () => {
    expect(build().find('export.parquet').enabled).toBe(false);
    expect(build({ enabled: { 'export.parquet': true } }).find('export.parquet').enabled).toBe(true);
    expect(build().find('file.open').enabled).toBe(true);
    expect(build({ enabled: { 'file.open': false } }).find('file.open').enabled).toBe(false);
  });

  it('checks what the window said is on', () => {
    const { find } = build({ checked: { 'view.themeDark': true } });
    expect([find('view.themeDark').checked, find('view.themeLight').checked]).toEqual([true, false]);
  });

  it('opens what was opened before from Open Recent, and says when there is nothing', () => {
    const spec = { kind: 'path', path: '/tmp/a&b.db' } as const;
    const filled = build({ recent: [{ spec, label: 'a&b.db' }] });
    expect(filled.find('recent.0').label).toBe('a&&b.db');
    filled.click('recent.0');
    filled.click('file.clearRecent');
    expect(filled.done).toEqual([spec, 'file.clearRecent']);
    expect(build().find('file.clearRecent').enabled).toBe(false);
  });

  it('sends a click to the window as its command', () => {
    const { click, done } = build();
    click('go.analytics');
    expect(done).toEqual(['go.analytics']);
  });
});
