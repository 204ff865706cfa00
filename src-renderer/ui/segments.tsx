import { cx } from './cx';
import styles from './segments.module.css';
import text from './text.module.css';

export interface SegmentsProps<Name extends string> {
  /** What is chosen; read out. */
  readonly legend: string;
  readonly names: readonly Name[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
  readonly mono?: boolean;
}

/** One of a few, beside each other. */
export function Segments<Name extends string>(props: SegmentsProps<Name>) {
  const { legend, names, chosen, onChoose, mono = false } = props;
  return (
    <fieldset className={cx(styles.segments, mono && styles.mono)}>
      <legend className={text.hidden}>{legend}</legend>
      {names.map((name) => (
        <button type="button" key={name} aria-pressed={name === chosen} onClick={() => onChoose(name)}>
          {name}
        </button>
      ))}
    </fieldset>
  );
}
