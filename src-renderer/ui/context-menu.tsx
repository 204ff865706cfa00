import { ContextMenu as Radix } from 'radix-ui';
import { Fragment, type ReactNode } from 'react';
import styles from './menu.module.css';
import { menuHost } from './menu-host';

interface ContextItem {
  readonly title: string;
  readonly keys?: string;
  readonly run: () => void;
  readonly isDisabled?: boolean;
  readonly tone?: 'danger';
}

export interface ContextMenuProps {
  /** Groups of items, divided by lines. Asked when the menu opens. */
  readonly groups: () => readonly (readonly ContextItem[])[];
  readonly children: ReactNode;
}

/** A menu for the right button (and the menu key) over one element. */
export function ContextMenu({ groups, children }: ContextMenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={menuHost()}>
        <Radix.Content className={styles.content} collisionPadding={8}>
          <Groups groups={groups()} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Groups({ groups }: { readonly groups: readonly (readonly ContextItem[])[] }) {
  return groups
    .filter((items) => items.length > 0)
    .map((items, nth) => (
      <Fragment key={items[0]?.title}>
        {nth > 0 && <Radix.Separator className={styles.separator} />}
        {items.map(({ title, keys, run, isDisabled = false, tone }) => (
          <Radix.Item
            key={title}
            className={styles.item}
            disabled={isDisabled}
            data-tone={tone}
            onSelect={run}
          >
            <span className={styles.title}>{title}</span>
            {keys !== undefined && <span className={styles.keys}>{keys}</span>}
          </Radix.Item>
        ))}
      </Fragment>
    ));
}
