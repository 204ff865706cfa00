import { type Command, type CommandId, commandIds, commandOf } from '../../../src-main/contract';

export type MenuName = NonNullable<Command['menu']>;

export interface Menu {
  readonly name: MenuName;
  readonly title: string;
  readonly groups: readonly (readonly CommandId[])[];
}

const titles: Record<MenuName, string> = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  export: 'Export',
  go: 'Go',
  help: 'Help',
};
const names: readonly MenuName[] = ['file', 'edit', 'view', 'export', 'go', 'help'];

/** The menus of the table of commands, in groups. The first letter of each title is its mnemonic: they all differ. */
export const menus: readonly Menu[] = names.map((name) => {
  const groups = new Map<number, CommandId[]>();
  for (const id of commandIds) {
    const { menu, group = 0 } = commandOf(id);
    if (menu === name) groups.set(group, [...(groups.get(group) ?? []), id]);
  }
  return {
    name,
    title: titles[name],
    groups: [...groups].sort(([a], [b]) => a - b).map(([, ids]) => ids),
  };
});
