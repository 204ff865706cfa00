import { useState } from 'react';
import type { ClippedText } from '../../../src-main/contract';
import { formatInteger, JsonView, plural } from '../../ui';
import { foldText, parseJson } from './fold-text';
import styles from './items.module.css';
import { LongText } from './long-text';
import { MarkedText } from './marked-text';

interface Props {
  readonly content: ClippedText;
  readonly label: string;
  readonly needle: string;
  /** Set for messages: their text can be had in slices. */
  readonly messageKey?: string;
}

/** A text of the trace: folded at twelve lines, JSON as a tree, what is very long in slices. */
export function TextBlock({ content, label, needle, messageKey }: Props) {
  const [isOpen, setOpen] = useState(false);
  const { text, length } = content;
  const folded = foldText(text, length);
  if (parseJson(text, length) !== undefined && text.length > 60) {
    return <JsonView text={text} label={label} openDepth={1} maxHeight={240} />;
  }
  if (length === 0) return <p className={styles.quiet}>empty</p>;
  // A match behind the fold opens it.
  const hasHiddenMatch =
    needle !== '' && text.slice(folded.shown.length).toLowerCase().includes(needle.toLowerCase());
  const isShown = isOpen || hasHiddenMatch;
  if (folded.hiddenCharacters === 0) {
    return (
      <div className={styles.text} dir="auto">
        <MarkedText text={text} needle={needle} />
      </div>
    );
  }
  const isCut = length > text.length;
  return (
    <>
      {isShown && isCut && messageKey !== undefined ? (
        <LongText messageKey={messageKey} length={length} label={label} needle={needle} />
      ) : (
        <div className={styles.text} dir="auto">
          <MarkedText text={isShown ? text : folded.shown} needle={needle} />
          {!isShown && '…'}
        </div>
      )}
      <button
        type="button"
        className={styles.more}
        aria-expanded={isShown}
        onClick={() => setOpen(!isShown)}
        disabled={hasHiddenMatch && !isOpen}
      >
        {isShown ? 'Fold' : `Show ${describeHidden(folded.hiddenLines, folded.hiddenCharacters, isCut)} more`}
      </button>
    </>
  );
}

function describeHidden(lines: number, characters: number, isCut: boolean): string {
  if (lines > 0 && !isCut) return plural(lines, 'line');
  return `${formatInteger(characters)} characters`;
}
