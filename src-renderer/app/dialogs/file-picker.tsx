import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CornerLeftUp, File, Folder } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { z } from 'zod';
import type { fileEntry } from '../../../src-main/contract';
import {
  Button,
  type Column,
  Dialog,
  ErrorState,
  Field,
  formatBytes,
  formatInteger,
  Table,
  Time,
} from '../../ui';
import { shell } from '../connect';
import { closeOverlay, overlay, type PickRequest } from '../overlays';
import type { Pick } from '../picks';
import { queryClient } from '../query-client';
import styles from './file-picker.module.css';
import { cleanPath, crumbsOf, isAbsolutePath, joinPath, splitPath } from './path-text';

type Entry = z.infer<typeof fileEntry>;

const columns: readonly Column<Entry>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 260,
    grow: 1,
    render: ({ name, kind }) => (
      <span className={styles.name} title={name}>
        {kind === 'folder' ? <Folder size={14} aria-label="Folder" /> : <File size={14} aria-label="File" />}
        {name}
      </span>
    ),
  },
  {
    id: 'size',
    title: 'Size',
    width: 90,
    align: 'end',
    render: ({ bytes, kind }) => (kind === 'folder' ? '' : formatBytes(bytes)),
  },
  {
    id: 'modified',
    title: 'Changed',
    width: 176,
    align: 'end',
    render: ({ modifiedAt }) => <Time iso={modifiedAt} />,
  },
];

/** The machine's folders in the page, where the shell has no dialogs of its own. A folder can be a trace too: both can be opened. */
export function FilePicker({ request }: { readonly request: PickRequest }) {
  const { want, title, action } = request.pick;
  const isSave = want === 'save' || want === 'save-file';
  const [folder, setFolder] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [name, setName] = useState(request.suggestedName ?? '');
  const [active, setActive] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const typed = cleanPath(text);
  const isPath = isAbsolutePath(typed);
  // A path that is being typed is followed, folder by folder; the home folder is known to the shell alone.
  const wanted = isPath && !isSave && !typed.startsWith('~') ? splitPath(typed) : null;
  const listing = useQuery({
    ...shell.listFolder.queryOptions({ input: { path: wanted?.folder ?? folder } }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const here = listing.data?.path ?? folder ?? '/';
  const needle = (wanted?.name ?? (isPath ? '' : typed)).toLowerCase();
  const entries = (listing.data?.entries ?? []).filter(({ name: entryName }) =>
    wanted === null ? entryName.toLowerCase().includes(needle) : entryName.toLowerCase().startsWith(needle),
  );
  const chosen = entries[active];

  const answer = (path: string): void => {
    overlay.set(null);
    request.done(path);
  };
  const enter = (path: string): void => {
    setFolder(path);
    setText('');
    setActive(0);
  };
  /** A pasted path is where to look when something is to be made there; with what is not there yet, it is also how that is to be called. */
  const goTo = async (path: string): Promise<void> => {
    try {
      await queryClient.fetchQuery(shell.listFolder.queryOptions({ input: { path } }));
      enter(path);
    } catch {
      const { folder: parent, name: last } = splitPath(path);
      enter(parent);
      if (last !== '') setName(last);
      nameField.current?.focus();
    }
  };
  const write = (next: string): void => {
    setText(next);
    // Enter opens what is typed, until the arrows choose.
    setActive(isAbsolutePath(cleanPath(next)) && !isSave ? -1 : 0);
  };
  const complete = ({ path, kind }: Entry): void => write(kind === 'folder' ? joinPath(path, '') : path);
  const act = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    if (entry.kind === 'folder' && wanted !== null) complete(entry);
    else if (entry.kind === 'folder') enter(entry.path);
    else if (!isSave) answer(entry.path);
  };
  const finish = (): void => {
    if (isSave) answer(joinPath(here, name.trim()));
    else if (isPath && chosen === undefined) answer(typed);
    else if (want === 'file' && chosen !== undefined) answer(chosen.path);
    else answer(typed !== '' && chosen?.kind === 'folder' ? chosen.path : here);
  };
  const onFilterKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      if (isPath && isSave) void goTo(typed);
      else if (isPath && chosen === undefined) answer(typed);
      else act(chosen);
    } else if (event.key === 'Tab' && !event.shiftKey && wanted !== null) {
      const [first] = entries;
      const next = chosen ?? first;
      if (next === undefined || next.path === typed) return;
      complete(next);
    } else if (event.key === 'ArrowDown') setActive(Math.min(entries.length - 1, active + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, active - 1));
    else if (event.key === 'Backspace' && text === '' && listing.data?.parent) enter(listing.data.parent);
    else return;
    event.preventDefault();
  };

  // Letters in the list are the beginning of a name.
  const typeOn = (event: KeyboardEvent): void => {
    if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    field.current?.focus();
  };

  return (
    <Dialog
      open
      onOpenChange={closeOverlay}
      title={title}
      width={720}
      footer={
        <>
          <span className={styles.where} title={here}>
            <bdi dir="ltr">{isPath ? (chosen?.path ?? typed) : here}</bdi>
          </span>
          <Button onClick={closeOverlay}>Cancel</Button>
          <Button
            variant="primary"
            disabled={isSave ? name.trim() === '' : want === 'file' && chosen === undefined && !isPath}
            onClick={finish}
          >
            {isSave ? `${action} here` : finishLabel(request.pick, isPath && chosen === undefined, chosen)}
          </Button>
        </>
      }
    >
      <nav className={styles.crumbs} aria-label="Folder">
        {listing.data?.parent && (
          <button type="button" aria-label="Parent folder" onClick={() => enter(listing.data?.parent ?? '/')}>
            <CornerLeftUp size={13} aria-hidden />
          </button>
        )}
        {crumbsOf(here).map(({ name: part, path }) => (
          <button key={path} type="button" onClick={() => enter(path)}>
            {part}
          </button>
        ))}
      </nav>
      <Field
        label={isSave ? 'Find a folder' : 'Filter the folder, or type or paste a path'}
        autoFocus
        ref={field}
        value={text}
        mono={isPath}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onFilterKey}
      />
      {listing.isError && !isPath && <ErrorState error={listing.error} onRetry={() => enter(here)} inline />}
      <div className={styles.list} onKeyDownCapture={typeOn}>
        <Table
          label={`Contents of ${here}`}
          rowHeight={28}
          columns={columns}
          rowCount={entries.length}
          getRow={(index) => entries[index]}
          activeIndex={active < 0 ? null : active}
          isSelected={(_, index) => index === active}
          onActivate={setActive}
          onOpen={(index) => act(entries[index])}
        />
        {entries.length === 0 && (listing.isSuccess || isPath) && (
          <p className={styles.none}>Nothing here matches</p>
        )}
      </div>
      {(listing.data?.more ?? 0) > 0 && (
        <p className={styles.none}>
          {formatInteger(listing.data?.more)} more are not listed; paste the path instead.
        </p>
      )}
      {isSave && (
        <Field
          label={want === 'save' ? 'Name of the new folder' : 'Name of the file'}
          ref={nameField}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && name.trim() !== '' && finish()}
        />
      )}
    </Dialog>
  );
}

function finishLabel({ want, action }: Pick, isPath: boolean, chosen: Entry | undefined): string {
  if (isPath) return `${action} this path`;
  if (want === 'folder') return `${action} this folder`;
  return chosen?.kind === 'folder' ? `${action} “${chosen.name}”` : action;
}
