import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { Menubar } from 'radix-ui';
import { useEffect, useState } from 'react';
import { type CommandId, commandOf } from '../../../src-main/contract';
import { menuHost } from '../../ui';
import styles from '../../ui/menu.module.css';
import { commandState, keysLabel, openSpecAndShow, runCommand } from '../commands';
import { shell } from '../connect';
import { live } from '../live';
import { useLive } from '../use-live';
import { type Menu, menus } from './menu-model';

/** The menus in the page, where the shell has none of its own. Alt with the underlined letter opens one. */
export function MenuBar() {
  const [open, setOpen] = useState('');
  // Alt and a letter are heard wherever the focus is.
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      const menu = menus.find(({ title }) => title[0]?.toLowerCase() === event.key.toLowerCase());
      if (menu === undefined) return;
      event.preventDefault();
      setOpen(menu.name);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <Menubar.Root className={styles.bar} value={open} onValueChange={setOpen} aria-label="Menu" loop>
      {menus.map((menu) => (
        <BarMenu key={menu.name} menu={menu} />
      ))}
    </Menubar.Root>
  );
}

function BarMenu({ menu }: { readonly menu: Menu }) {
  const [mnemonic, ...rest] = menu.title;
  return (
    <Menubar.Menu value={menu.name}>
      <Menubar.Trigger className={styles.trigger} aria-keyshortcuts={`Alt+${mnemonic}`}>
        <span className={styles.mnemonic}>{mnemonic}</span>
        {rest.join('')}
      </Menubar.Trigger>
      <Menubar.Portal container={menuHost()}>
        <Menubar.Content className={styles.content} align="start" sideOffset={2} collisionPadding={8}>
          {menu.groups.map((ids, nth) => (
            <Menubar.Group key={ids[0]}>
              {nth > 0 && <Menubar.Separator className={styles.separator} />}
              {ids.map((id) =>
                id === 'file.openRecent' ? <RecentMenu key={id} /> : <Item key={id} id={id} />,
              )}
            </Menubar.Group>
          ))}
        </Menubar.Content>
      </Menubar.Portal>
    </Menubar.Menu>
  );
}

function Item({ id }: { readonly id: CommandId }) {
  const { enabled, checked } = useLive(commandState);
  const platform = useLive(live.capabilities)?.platform ?? 'linux';
  const { title, keys, checkable } = commandOf(id);
  const shortcut = keys?.[0];
  const inner = (
    <>
      <span className={styles.title}>{title}</span>
      {shortcut !== undefined && <span className={styles.keys}>{keysLabel(shortcut, platform)}</span>}
    </>
  );
  const shared = {
    className: styles.item,
    disabled: enabled[id] !== true,
    onSelect: () => void runCommand(id),
  };
  if (checkable !== true) return <Menubar.Item {...shared}>{inner}</Menubar.Item>;
  return (
    <Menubar.CheckboxItem {...shared} checked={checked[id] === true}>
      <Menubar.ItemIndicator className={styles.check}>
        <Check size={14} aria-hidden />
      </Menubar.ItemIndicator>
      {inner}
    </Menubar.CheckboxItem>
  );
}

function RecentMenu() {
  const recent = useQuery(shell.recent.queryOptions());
  const items = recent.data ?? [];
  return (
    <Menubar.Sub>
      <Menubar.SubTrigger className={styles.item} disabled={items.length === 0}>
        <span className={styles.title}>Open Recent</span>
        <span className={styles.keys}>›</span>
      </Menubar.SubTrigger>
      <Menubar.Portal container={menuHost()}>
        <Menubar.SubContent className={styles.content} collisionPadding={8}>
          {items.slice(0, 12).map((item) => (
            <Menubar.Item
              key={`${item.label}\n${item.openedAt}`}
              className={styles.item}
              disabled={!item.exists}
              onSelect={() => void openSpecAndShow(item.spec)}
            >
              <span className={styles.path} title={item.label}>
                {item.label}
              </span>
            </Menubar.Item>
          ))}
        </Menubar.SubContent>
      </Menubar.Portal>
    </Menubar.Sub>
  );
}
