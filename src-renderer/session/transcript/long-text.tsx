import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, ErrorState, formatInteger, JsonView, Skeleton } from '../../ui';
import { messageSlice } from '../queries';
import { useSessionRef } from '../session-context';
import { parseJson } from './fold-text';
import styles from './items.module.css';
import { MarkedText } from './marked-text';

interface Props {
  readonly messageKey: string;
  readonly length: number;
  readonly label: string;
  readonly needle: string;
}

const sliceLength = 50_000;
const wholeLength = 1_000_000;

/** One slice at a time of a text that may be 100 MB: memory and drawing stay the same. */
export function LongText({ messageKey, length, label, needle }: Props) {
  const ref = useSessionRef();
  const [offset, setOffset] = useState(0);
  const isWhole = length <= wholeLength;
  const slice = useQuery(
    messageSlice(ref, { messageKey, offset, length: isWhole ? wholeLength : sliceLength }),
  );
  if (slice.isError) return <ErrorState error={slice.error} inline onRetry={() => void slice.refetch()} />;
  if (slice.data === undefined) return <Skeleton lines={12} />;
  const { text } = slice.data;
  if (isWhole && parseJson(text, length) !== undefined) {
    return <JsonView text={text} label={label} openDepth={1} maxHeight={480} />;
  }
  const shown = isWhole ? text.slice(offset, offset + sliceLength) : text;
  const end = Math.min(length, offset + sliceLength);
  return (
    <div>
      <section
        className={styles.slice}
        dir="auto"
        tabIndex={0}
        aria-label={`${label}, characters ${formatInteger(offset)} to ${formatInteger(end)}`}
      >
        <MarkedText text={shown} needle={needle} />
      </section>
      {length > sliceLength && (
        <div className={styles.sliceFoot}>
          <Button
            size="small"
            disabled={offset === 0}
            onClick={() => setOffset(Math.max(0, offset - sliceLength))}
          >
            Before
          </Button>
          <Button size="small" disabled={end >= length} onClick={() => setOffset(offset + sliceLength)}>
            After
          </Button>
          <span>
            {formatInteger(offset)} to {formatInteger(end)} of {formatInteger(length)} characters
          </span>
        </div>
      )}
    </div>
  );
}
