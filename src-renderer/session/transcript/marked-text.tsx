import { splitMatches } from './fold-text';
import styles from './items.module.css';

interface Props {
  readonly text: string;
  readonly needle: string;
}

/** Text with what is looked for marked. Always text, never HTML. */
export function MarkedText({ text, needle }: Props) {
  if (needle === '') return text;
  return splitMatches(text, needle).map(({ at, text: part, matches }) =>
    matches ? (
      <mark className={styles.match} key={at}>
        {part}
      </mark>
    ) : (
      part
    ),
  );
}
