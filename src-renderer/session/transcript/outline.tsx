import { useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { OutlineRow, SessionRow } from '../../../src-main/contract';
import {
  type Column,
  cx,
  Duration,
  describeCost,
  Figure,
  formatDuration,
  formatInteger,
  formatNumber,
  Money,
  plural,
  type RowRange,
  Table,
  type TableControl,
  Tokens,
} from '../../ui';
import { outlinePage, outlinePageSize, sessionDetail } from '../queries';
import { useSessionRef } from '../session-context';
import styles from './outline.module.css';

interface Props {
  /** Where the heads of the steps stand in the transcript. */
  readonly heads: readonly number[];
  /** The position that is read. */
  readonly at: number;
  readonly onGo: (position: number) => void;
  /** The keyboard goes back to the transcript. */
  readonly onEnter: () => void;
}

/** The steps beside the transcript: what each begins with, and its figures. */
export function Outline({ heads, at, onGo, onEnter }: Props) {
  const ref = useSessionRef();
  const row = useQuery(sessionDetail(ref)).data?.row;
  const columns = useMemo(() => (row === undefined ? [] : outlineColumns(row)), [row]);
  const [range, setRange] = useState<RowRange>({ first: 0, end: outlinePageSize });
  const pages = pagesOf(range);
  const results = useQueries({ queries: pages.map((page) => outlinePage(ref, page)) });
  const getRow = (index: number): OutlineRow | undefined =>
    results[pages.indexOf(Math.floor(index / outlinePageSize))]?.data?.rows[index % outlinePageSize];
  const current = heads.findLastIndex((position) => position <= at);

  // The transcript is scrolled outside this list.
  const control = useRef<TableControl>(null);
  useEffect(() => control.current?.show(Math.max(0, current)), [current]);

  return (
    <div className={styles.outline}>
      <Table
        label="Steps"
        columns={columns}
        rowHeight={28}
        rowCount={heads.length}
        getRow={getRow}
        onRange={setRange}
        control={control}
        activeIndex={current < 0 ? null : current}
        isSelected={(_, index) => index === current}
        onActivate={(index) => {
          const position = heads[index];
          if (position !== undefined) onGo(position);
        }}
        onOpen={onEnter}
      />
    </div>
  );
}

function pagesOf({ first, end }: RowRange): number[] {
  const from = Math.floor(first / outlinePageSize);
  const last = Math.floor(Math.max(first, end - 1) / outlinePageSize);
  return Array.from({ length: last - from + 1 }, (_, nth) => from + nth);
}

/** A figure that the whole session lacks has no column. */
function outlineColumns({ tokens, cost, reward, durationMs }: SessionRow): Column<OutlineRow>[] {
  const columns: (Column<OutlineRow> | false)[] = [
    { id: 'step', title: 'Step', width: 92, grow: 1, most: 132, render: ({ step }) => <Name step={step} /> },
    {
      id: 'opening',
      title: 'Begins with',
      width: 120,
      comfort: 180,
      grow: 6,
      render: ({ opening }) => (
        <span className={styles.opening} dir="auto" title={opening ?? undefined}>
          {opening}
        </span>
      ),
    },
    tokens.total !== null && {
      id: 'tokens',
      title: 'Tokens',
      width: 62,
      spare: 3,
      align: 'end',
      figureText: ({ step }) => formatInteger(step.totalTokens),
      render: ({ step }) => <Tokens total={step.totalTokens} />,
    },
    cost !== null &&
      cost.usd !== null && {
        id: 'cost',
        title: 'Cost',
        width: 74,
        spare: 1,
        align: 'end',
        figureText: ({ step }) => {
          const { mark, text } = describeCost(step.cost);
          return `${mark} ${text}`;
        },
        render: ({ step }) => <Money cost={step.cost} />,
      },
    durationMs !== null && {
      id: 'duration',
      title: 'Time',
      width: 72,
      spare: 4,
      align: 'end',
      figureText: ({ step }) => formatDuration(step.durationMs),
      render: ({ step }) => <Duration milliseconds={step.durationMs} />,
    },
    reward !== null && {
      id: 'reward',
      title: 'Reward',
      width: 76,
      spare: 2,
      align: 'end',
      figureText: ({ step }) => formatNumber(step.reward, 3),
      render: ({ step }) => <Figure value={formatNumber(step.reward, 3)} />,
    },
  ];
  return columns.filter((column) => column !== false);
}

function Name({ step }: Pick<OutlineRow, 'step'>) {
  return (
    <span className={cx(styles.name, step.stepKey === null && styles.none)} title={step.label}>
      {step.label}
      {step.errors > 0 && (
        <span
          className={styles.error}
          role="img"
          aria-label={plural(step.errors, 'error')}
          title={plural(step.errors, 'error')}
        />
      )}
    </span>
  );
}
