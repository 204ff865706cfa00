import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from './controls';
import { copyText } from './copy';
import { cx } from './cx';
import { type JsonLine, linesOf, parseJson } from './json-lines';
import styles from './json-view.module.css';
import { Table } from './table';

export interface JsonViewProps {
  readonly text: string;
  readonly label: string;
  /** Branches above this depth start open. */
  readonly openDepth?: number;
  /** Height of the view; the content scrolls inside it. Defaults to what the lines need, up to 360 px. */
  readonly maxHeight?: number;
}

const lineHeight = 20;

/** JSON as a tree that draws only the lines that are seen. Text that is no JSON is shown as it is. */
export function JsonView({ text, label, openDepth = 2, maxHeight = 360 }: JsonViewProps) {
  const parsed = useMemo(() => parseJson(text), [text]);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(
    () =>
      parsed === undefined
        ? []
        : linesOf(parsed.value, (path, depth) => depth < openDepth !== toggled.has(path)),
    [parsed, toggled, openDepth],
  );
  const toggle = (path: string): void =>
    setToggled((before) => {
      const after = new Set(before);
      if (!after.delete(path)) after.add(path);
      return after;
    });
  if (parsed === undefined) return <pre className={styles.plain}>{text}</pre>;
  return (
    <div className={styles.json}>
      <Lines lines={lines} label={label} maxHeight={maxHeight} onToggle={toggle} />
      <Button size="small" variant="quiet" className={styles.copy} onClick={() => void copyText(text)}>
        Copy
      </Button>
    </div>
  );
}

interface LinesProps {
  readonly lines: readonly JsonLine[];
  readonly label: string;
  readonly maxHeight: number;
  readonly onToggle: (path: string) => void;
}

function Lines({ lines, label, maxHeight, onToggle }: LinesProps) {
  const [active, setActive] = useState<number | null>(null);
  const open = (index: number): void => {
    const line = lines[index];
    if (line !== undefined && line.branch !== 'none') onToggle(line.path);
  };
  return (
    <div className={styles.lines} style={{ height: Math.min(maxHeight, lines.length * lineHeight) }}>
      <Table
        label={label}
        headless
        rowHeight={lineHeight}
        rowCount={lines.length}
        getRow={(index) => lines[index]}
        activeIndex={active}
        onActivate={setActive}
        onOpen={open}
        columns={[
          {
            id: 'line',
            title: label,
            width: 200,
            grow: 1,
            render: (line) => <Line line={line} onToggle={onToggle} />,
          },
        ]}
      />
    </div>
  );
}

function Line({ line, onToggle }: { readonly line: JsonLine; readonly onToggle: (path: string) => void }) {
  const Chevron = line.branch === 'open' ? ChevronDown : ChevronRight;
  const isValue = line.branch === 'none' || (line.branch === 'folded' && line.kind === 'string');
  return (
    <span className={styles.line} style={{ paddingLeft: line.depth * 14 }} title={line.text.slice(0, 2000)}>
      {line.branch === 'none' ? (
        <span className={styles.indent} />
      ) : (
        <button
          type="button"
          tabIndex={-1}
          className={styles.fold}
          aria-expanded={line.branch === 'open'}
          aria-label={`${line.name ?? 'value'}, ${line.text}`}
          onClick={() => onToggle(line.path)}
        >
          <Chevron size={12} aria-hidden />
        </button>
      )}
      {line.name !== null && <span className={styles.name}>{line.name}</span>}
      <span className={cx(styles.value, isValue ? styles[line.kind] : styles.count)}>
        {line.text.length > 2000 ? `${line.text.slice(0, 2000)}…` : line.text}
      </span>
    </span>
  );
}
