import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronsDownUp, ChevronsUpDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useScreenCommands } from '../../app/commands';
import { formatInteger, IconButton, plural } from '../../ui';
import { findText } from '../queries';
import { type SessionView, useSessionRef } from '../session-context';
import styles from './items.module.css';

interface Props {
  readonly needle: string;
  readonly change: SessionView['change'];
  readonly current: number;
  readonly goTo: (position: number) => void;
  readonly errors: readonly number[];
  readonly isAnyFolded: boolean;
  readonly onFoldAll: () => void;
  /** The keyboard goes back to the transcript. */
  readonly onEnd: () => void;
}

/** Find in the session: how many items hold the text, and the way from one to the next. Beside it, the errors. */
export function FindBar({ needle, change, current, goTo, errors, isAnyFolded, onFoldAll, onEnd }: Props) {
  const ref = useSessionRef();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(needle);
  const found = useQuery({ ...findText(ref, needle), enabled: needle !== '' });
  useScreenCommands({
    'edit.find': () => {
      input.current?.focus();
      input.current?.select();
    },
  });
  const positions = needle === '' ? [] : (found.data?.positions ?? []);
  const here = positions.indexOf(current);
  const next = () => positions.find((position) => position > current) ?? positions[0];
  const previous = () => positions.findLast((position) => position < current) ?? positions.at(-1);
  const end = () => {
    setTyped('');
    change({ find: undefined });
    onEnd();
  };
  const go = (position: number | undefined) => position !== undefined && goTo(position);

  const ask = () => change({ find: typed === '' ? undefined : typed });
  // A pause in typing asks, or Enter: each letter of its own would read a long session again.
  const latest = useRef(ask);
  useLayoutEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (typed === needle) return;
    const pause = setTimeout(() => latest.current(), 180);
    return () => clearTimeout(pause);
  }, [typed, needle]);

  // The first match is shown as soon as it is known; later ones when asked for.
  const shownFor = useRef(needle);
  useEffect(() => {
    const [first] = found.data?.positions ?? [];
    if (needle === '' || found.isPlaceholderData || first === undefined || shownFor.current === needle)
      return;
    shownFor.current = needle;
    goTo(first);
  });

  return (
    <search className={styles.find}>
      <input
        ref={input}
        type="text"
        className={styles.findInput}
        placeholder="Find in session"
        aria-label="Find in session"
        aria-keyshortcuts="f"
        value={typed}
        maxLength={500}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && typed !== needle) ask();
          else if (event.key === 'Enter') go(event.shiftKey ? previous() : next());
          else if (event.key === 'Escape') {
            end();
          } else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <output className={styles.findCount} aria-live="polite">
        {needle !== '' &&
          found.data !== undefined &&
          describeMatches(here, positions.length, found.data.more)}
      </output>
      <IconButton
        label="Previous match"
        keys="Shift+Enter"
        disabled={positions.length === 0}
        onClick={() => go(previous())}
      >
        <ChevronUp size={14} aria-hidden />
      </IconButton>
      <IconButton
        label="Next match"
        keys="Enter"
        disabled={positions.length === 0}
        onClick={() => go(next())}
      >
        <ChevronDown size={14} aria-hidden />
      </IconButton>
      {needle !== '' && (
        <IconButton label="End search" keys="Esc" onClick={end}>
          <X size={14} aria-hidden />
        </IconButton>
      )}
      <span className={styles.steps}>
        <IconButton
          label={isAnyFolded ? 'Unfold all steps' : 'Fold all steps'}
          keys={isAnyFolded ? 'Shift+→' : 'Shift+←'}
          onClick={onFoldAll}
        >
          {isAnyFolded ? <ChevronsUpDown size={14} aria-hidden /> : <ChevronsDownUp size={14} aria-hidden />}
        </IconButton>
      </span>
      {errors.length > 0 && (
        <button
          type="button"
          className={styles.errors}
          aria-keyshortcuts="e"
          title="Next error (e)"
          onClick={() => goTo(errors.find((position) => position > current) ?? errors[0] ?? 0)}
        >
          {plural(errors.length, 'error')}
        </button>
      )}
    </search>
  );
}

function describeMatches(here: number, count: number, more: boolean): string {
  if (count === 0) return 'no matches';
  const all = `${formatInteger(count)}${more ? '+' : ''}`;
  return here === -1 ? plural(count, 'item') : `${formatInteger(here + 1)} of ${all}`;
}
