import { useQuery } from '@tanstack/react-query';
import { ListFilter, X } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { parseFilter } from '../../src-main/contract';
import { useScreenCommands } from '../app/commands';
import { data } from '../app/connect';
import { cx, IconButton, Keys } from '../ui';
import styles from './filter-bar.module.css';
import { type Completion, completionsAt, type KnownValues } from './filter-completion';

export interface FilterBarProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The filter as text, with completion and with what cannot be understood underlined. Applied on Enter and on leaving. */
export function FilterBar({ value, onChange }: FilterBarProps) {
  const [draft, setDraft] = useState<{ of: string; text: string }>({ of: value, text: value });
  // The address may change the filter while nothing is typed.
  const text = draft.of === value ? draft.text : value;
  const [caret, setCaret] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  useScreenCommands({ 'edit.filter': () => input.current?.focus() });
  const known = useKnownValues(isOpen);
  const offered = isOpen ? completionsAt(text, caret, known) : [];
  // What is being typed is not wrong yet.
  const problems = parseFilter(text).problems.filter(
    ({ start, end }) => !isOpen || caret < start || caret > end,
  );

  const write = (next: string, at: number): void => {
    setDraft({ of: value, text: next });
    setCaret(at);
    setActive(-1);
    setOpen(true);
  };
  const apply = (next: string): void => {
    setOpen(false);
    setDraft({ of: next.trim(), text: next.trim() });
    if (next.trim() !== value) onChange(next.trim());
  };
  const take = (completion: Completion): void => {
    write(completion.text, completion.caret);
    input.current?.focus();
    // The caret is the browser's, and moves only after the text has.
    requestAnimationFrame(() => input.current?.setSelectionRange(completion.caret, completion.caret));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const chosen = offered[active];
    if (event.key === 'ArrowDown') setActive(Math.min(offered.length - 1, active + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(-1, active - 1));
    else if (event.key === 'Tab' && chosen !== undefined && !event.shiftKey) take(chosen);
    else if (event.key === 'Enter') {
      if (chosen === undefined) apply(text);
      else take(chosen);
    } else if (event.key === 'Escape') {
      if (isOpen && offered.length > 0) setOpen(false);
      else {
        apply(value);
        input.current?.blur();
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={styles.bar}>
      <ListFilter size={14} className={styles.icon} aria-hidden />
      <div className={styles.field}>
        <Underlined text={text} problems={problems} />
        <input
          ref={input}
          className={styles.input}
          role="combobox"
          aria-label="Filter sessions"
          aria-expanded={offered.length > 0}
          aria-controls={list}
          aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
          aria-invalid={problems.length > 0}
          aria-autocomplete="list"
          spellCheck={false}
          autoComplete="off"
          placeholder='model:gpt-5  cost>0.1  has:error  "text"'
          value={text}
          onChange={(event) =>
            write(event.target.value, event.target.selectionStart ?? event.target.value.length)
          }
          onFocus={() => setOpen(true)}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onBlur={() => apply(text)}
          onKeyDown={onKeyDown}
        />
      </div>
      {text === '' ? (
        <Keys>/</Keys>
      ) : (
        <IconButton label="Clear the filter" className={styles.clear} onClick={() => apply('')}>
          <X size={13} aria-hidden />
        </IconButton>
      )}
      <div
        id={list}
        role="listbox"
        aria-label="Completions"
        className={styles.list}
        hidden={offered.length === 0}
      >
        {offered.map((completion, nth) => (
          <div
            key={completion.label}
            id={`${list}-${nth}`}
            role="option"
            aria-selected={nth === active}
            className={cx(styles.option, nth === active && styles.active)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(completion)}
          >
            <code>{completion.label}</code>
            <span>{completion.detail}</span>
          </div>
        ))}
      </div>
      {problems[0] !== undefined && isOpen && offered.length === 0 && (
        <p className={styles.problem} role="alert">
          {problems[0].message} <span>(column {problems[0].column})</span>
        </p>
      )}
    </div>
  );
}

interface UnderlinedProps {
  readonly text: string;
  readonly problems: readonly { readonly start: number; readonly end: number }[];
}

/** The same text under the field, invisible but for the waves below what is wrong. */
function Underlined({ text, problems }: UnderlinedProps) {
  let at = 0;
  const parts = problems.flatMap(({ start, end }) => {
    const before = text.slice(at, start);
    at = end;
    return [before, <mark key={start}>{text.slice(start, end)}</mark>];
  });
  return (
    <div className={styles.mirror} aria-hidden>
      {parts}
      {text.slice(at)}
    </div>
  );
}

const fields = ['model', 'provider', 'status', 'kind', 'source', 'system', 'experiment'] as const;
const none: KnownValues = {};

function useKnownValues(isNeeded: boolean): KnownValues {
  const facets = useQuery({
    ...data.sessions.facets.queryOptions({ input: { scope: { q: '' }, fields: [...fields], limit: 50 } }),
    enabled: isNeeded,
    select: (found): KnownValues =>
      Object.fromEntries(Object.entries(found).map(([name, { values }]) => [name, values])),
  });
  return facets.data ?? none;
}
