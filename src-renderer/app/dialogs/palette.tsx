import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { type ReactNode, useState } from 'react';
import { commandIds, commandOf } from '../../../src-main/contract';
import { Dialog, formatTime, Keys } from '../../ui';
import words from '../../ui/text.module.css';
import { commandState, keysLabel, openSpecAndShow, runCommand } from '../commands';
import { data, shell } from '../connect';
import { live } from '../live';
import { useLive, useSources } from '../use-live';
import styles from './palette.module.css';
import type { CloseProps } from './shortcuts-dialog';

export interface PaletteProps extends CloseProps {
  readonly only: 'all' | 'recent';
}

/** One field for everything: commands, open sources, sessions by text, recent files. */
export function Palette({ onClose, only }: PaletteProps) {
  const [text, setText] = useState('');
  const close = (then: () => void) => () => {
    onClose();
    then();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={only === 'all' ? 'Command palette' : 'Open recent'}
      width={620}
      bare
    >
      <Command className={styles.palette} label="Command palette" filter={score} loop>
        <Command.Input
          className={styles.input}
          value={text}
          onValueChange={setText}
          placeholder={only === 'all' ? 'A command, a source, a session…' : 'A recent file or server…'}
        />
        <Command.List className={styles.list} label="Found">
          <Command.Empty className={styles.none}>Nothing matches</Command.Empty>
          {only === 'all' && <Commands close={close} />}
          {only === 'all' && <Sources close={close} />}
          {only === 'all' && text.length > 1 && <Sessions text={text} close={close} />}
          <Recent close={close} />
        </Command.List>
      </Command>
    </Dialog>
  );
}

/** Every word that was typed must occur; where a name begins with it, it comes first. */
function score(value: string, search: string): number {
  const text = value.toLowerCase();
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (!words.every((word) => text.includes(word))) return 0;
  const [first = ''] = words;
  return text.startsWith(first) || text.includes(`: ${first}`) ? 1 : 0.5;
}

/** A heading that is drawn is none that cmdk could name the group by. */
function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      value={heading}
      heading={<span className={words.caps}>{heading}</span>}
      className={styles.group}
    >
      {children}
    </Command.Group>
  );
}

interface GroupProps {
  readonly close: (then: () => void) => () => void;
}

function Commands({ close }: GroupProps) {
  const { enabled } = useLive(commandState);
  const platform = useLive(live.capabilities)?.platform ?? 'linux';
  const shown = commandIds.filter((id) => enabled[id] === true && id !== 'view.palette');
  return (
    <Group heading="Commands">
      {shown.map((id) => {
        const { title, menu, keys } = commandOf(id);
        const name = menu === undefined ? title : `${menu[0]?.toUpperCase()}${menu.slice(1)}: ${title}`;
        return (
          <Command.Item
            key={id}
            value={`${name} ${id}`}
            className={styles.item}
            onSelect={close(() => runCommand(id))}
          >
            <span className={styles.name}>{name}</span>
            {keys?.[0] !== undefined && <Keys>{keysLabel(keys[0], platform)}</Keys>}
          </Command.Item>
        );
      })}
    </Group>
  );
}

function Sources({ close }: GroupProps) {
  const navigate = useNavigate();
  return (
    <Group heading="Sources">
      {useSources().map(({ sourceId, name, spec }) => (
        <Command.Item
          key={sourceId}
          value={`${name} ${spec.location} ${sourceId}`}
          className={styles.item}
          onSelect={close(() => void navigate({ to: '/sessions', search: { sources: [sourceId] } }))}
        >
          <span className={styles.name}>{name}</span>
          <span className={styles.detail}>{spec.location}</span>
        </Command.Item>
      ))}
    </Group>
  );
}

function Sessions({ text, close }: GroupProps & { readonly text: string }) {
  const navigate = useNavigate();
  // Quoted: what is typed here is text to find, not a filter expression.
  const q = `"${text.replaceAll('"', '')}"`;
  const found = useQuery({
    ...data.sessions.list.queryOptions({
      input: { scope: { q }, sort: { key: 'created', descending: true }, offset: 0, limit: 8 },
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <Group heading="Sessions">
      {found.data?.rows.map(({ ref, title, createdAt }) => (
        <Command.Item
          key={`${ref.sourceId} ${ref.sessionId}`}
          value={`${text} ${title} ${ref.sessionId} ${ref.sourceId}`}
          className={styles.item}
          onSelect={close(
            () => void navigate({ to: '/session/$sourceId/$sessionId', params: { ...ref }, search: {} }),
          )}
        >
          <span className={styles.name}>{title}</span>
          <span className={styles.detail}>{formatTime(createdAt)}</span>
        </Command.Item>
      ))}
    </Group>
  );
}

function Recent({ close }: GroupProps) {
  const recent = useQuery(shell.recent.queryOptions());
  return (
    <Group heading="Recent">
      {recent.data?.slice(0, 20).map((item) => (
        <Command.Item
          key={`${item.label} ${item.openedAt}`}
          value={`recent ${item.label} ${item.openedAt}`}
          disabled={!item.exists}
          className={styles.item}
          onSelect={close(() => void openSpecAndShow(item.spec))}
        >
          <span className={styles.name}>{item.label}</span>
          <span className={styles.detail}>
            {item.exists ? formatTime(item.openedAt) : 'not there any more'}
          </span>
        </Command.Item>
      ))}
    </Group>
  );
}
