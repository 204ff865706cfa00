import { useState } from 'react';
import type { ClippedText, TranscriptItem } from '../../../src-main/contract';
import { cx } from '../../ui';
import styles from './items.module.css';
import { MarkedText } from './marked-text';
import { TextBlock } from './text-block';

type Call = Extract<TranscriptItem, { kind: 'event' }>['toolCalls'][number];

interface Props {
  readonly calls: readonly Call[];
  readonly needle: string;
}

/** `⚒ interact(action: 5) → "wood +1"`: short ones in a line, long ones opened. */
export function ToolCalls({ calls, needle }: Props) {
  return calls.map((call, index) => <ToolCall key={index} call={call} needle={needle} />);
}

const shortCharacters = 90;

function ToolCall({ call, needle }: { readonly call: Call; readonly needle: string }) {
  const isShort = isBrief(call.arguments) && (call.result === null || isBrief(call.result));
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={cx(styles.tool)}>
      <div className={styles.line}>
        <span className={cx(styles.mark, styles.tool_use)} aria-hidden="true">
          ⚒
        </span>
        <code className={styles.call} title={call.callId ?? undefined}>
          <span className={styles.tool_use}>{call.name}</span>(
          <MarkedText text={brief(call.arguments)} needle={needle} />)
          {call.result !== null && (
            <span className={styles.tool_result}>
              {' → '}
              <MarkedText text={brief(call.result)} needle={needle} />
            </span>
          )}
        </code>
        {!isShort && (
          <button
            type="button"
            className={styles.details}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'fold' : 'open'}
          </button>
        )}
      </div>
      {isOpen && (
        <div className={styles.opened}>
          <p className={styles.part}>arguments</p>
          <TextBlock content={call.arguments} label={`${call.name} arguments`} needle={needle} />
          {call.result !== null && (
            <>
              <p className={styles.part}>result</p>
              <TextBlock content={call.result} label={`${call.name} result`} needle={needle} />
            </>
          )}
        </div>
      )}
    </div>
  );
}

function isBrief({ text, length }: ClippedText): boolean {
  return length <= shortCharacters && !text.includes('\n');
}

/** `{"action": 5}` reads as `action: 5`. */
export function brief({ text, length }: ClippedText): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const plain =
    /^\{.*\}$/.test(flat) && !/[[{]/.test(flat.slice(1))
      ? flat
          .slice(1, -1)
          .replace(/(^|,)\s*"([^"]+)":\s*/g, (_, comma, name) => `${comma === '' ? '' : ', '}${name}: `)
      : flat;
  return plain.length > shortCharacters || length > text.length
    ? `${plain.slice(0, shortCharacters)}…`
    : plain;
}
