import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExportFormat, JobRequest, Scope } from '../../../src-main/contract';
import { scopeOfSelection, selection, shownScope } from '../../sessions';
import { Button, Dialog, ErrorState, formatInteger, plural } from '../../ui';
import { data } from '../connect';
import { pickSave } from '../open-specs';
import { openOverlay } from '../overlays';
import { useLive, useSources } from '../use-live';
import styles from './export-dialog.module.css';
import type { CloseProps } from './shortcuts-dialog';
import { startExport } from './start-export';

const formats: Record<ExportFormat, { readonly name: string; readonly text: string }> = {
  parquet: { name: 'Parquet', text: 'One file a table, zstd. Opens again in Stepscope with equal values.' },
  csv: { name: 'CSV', text: 'One file a table, UTF-8 with a header line.' },
  jsonl: { name: 'JSON Lines', text: 'One file a table, one object a line.' },
};

type Which = 'selection' | 'view' | 'all';

export interface ExportDialogProps extends CloseProps {
  readonly format: ExportFormat;
}

/** What to export, which tables, then where. */
export function ExportDialog({ format: asked, onClose }: ExportDialogProps) {
  const chosen = scopeOfSelection(useLive(selection));
  const view = useLive(shownScope);
  const [format, setFormat] = useState(asked);
  const [which, setWhich] = useState<Which>(chosen === null ? 'view' : 'selection');
  const tables = useTables();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const scope: Scope = which === 'selection' ? (chosen ?? view) : which === 'view' ? view : { q: '' };
  const taken = tables.filter(({ table }) => !left.has(table));
  const start = useMutation({
    mutationFn: async (target: { path: string; overwrite: boolean }) => {
      const input: JobRequest & { kind: 'export' } = {
        kind: 'export',
        format,
        target: target.path,
        scope,
        overwrite: target.overwrite,
        ...(left.size === 0 ? {} : { tables: taken.map(({ table }) => table) }),
      };
      await startExport(input);
    },
  });
  const chooseTarget = async (): Promise<void> => {
    const stamp = new Date().toISOString().slice(0, 10);
    const path = await pickSave(`stepscope-export-${stamp}`);
    if (path === null) openOverlay({ kind: 'export', format });
    else start.mutate({ path, overwrite: false });
  };
  const toggle = (table: string): void => {
    const next = new Set(left);
    if (!next.delete(table)) next.add(table);
    setLeft(next);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Export"
      width={560}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" disabled={taken.length === 0} onClick={() => void chooseTarget()}>
            Choose where…
          </Button>
        </>
      }
    >
      <div className={styles.body}>
        <fieldset className={styles.set}>
          <legend>Sessions</legend>
          {chosen !== null && (
            <Choice which="selection" now={which} scope={chosen} onChoose={setWhich} title="The selection" />
          )}
          <Choice which="view" now={which} scope={view} onChoose={setWhich} title="The current view" />
          <Choice which="all" now={which} scope={{ q: '' }} onChoose={setWhich} title="Everything open" />
        </fieldset>
        <fieldset className={styles.set}>
          <legend>Format</legend>
          {(['parquet', 'csv', 'jsonl'] as const).map((name) => (
            <label key={name} className={styles.choice}>
              <input type="radio" name="format" checked={format === name} onChange={() => setFormat(name)} />
              <span>{formats[name].name}</span>
              <span className={styles.note}>{formats[name].text}</span>
            </label>
          ))}
        </fieldset>
        <fieldset className={styles.set}>
          <legend>Tables</legend>
          <div className={styles.tables}>
            {tables.map(({ table, rows }) => (
              <label key={table} className={styles.table}>
                <input type="checkbox" checked={!left.has(table)} onChange={() => toggle(table)} />
                <span>{table}</span>
                <span className={styles.note}>{formatInteger(rows)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {start.isError && (
          <ErrorState error={start.error} inline>
            <Button
              size="small"
              variant="danger"
              onClick={() => start.variables && start.mutate({ ...start.variables, overwrite: true })}
            >
              Overwrite
            </Button>
          </ErrorState>
        )}
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly which: Which;
  readonly now: Which;
  readonly scope: Scope;
  readonly title: string;
  readonly onChoose: (which: Which) => void;
}

function Choice({ which, now, scope, title, onChoose }: ChoiceProps) {
  const totals = useQuery(data.sessions.totals.queryOptions({ input: { scope } }));
  return (
    <label className={styles.choice}>
      <input type="radio" name="which" checked={which === now} onChange={() => onChoose(which)} />
      <span>{title}</span>
      <span className={styles.note}>
        {totals.data === undefined ? '' : plural(totals.data.sessions, 'session')}
      </span>
    </label>
  );
}

/** The canonical tables that hold rows, over all open sources. */
function useTables(): readonly { table: string; rows: number }[] {
  const sources = useSources();
  const counts = new Map<string, number>();
  for (const source of sources) {
    for (const [table, rows] of Object.entries(source.rows))
      counts.set(table, (counts.get(table) ?? 0) + rows);
  }
  return [...counts].filter(([, rows]) => rows > 0).map(([table, rows]) => ({ table, rows }));
}
