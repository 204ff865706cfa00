import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Mapping, Survey } from '../../src-main/contract';
import { navigateTo } from '../app/commands';
import { Button } from '../ui';
import styles from './mapping-screen.module.css';
import { exportMapping, importInto, openWith } from './open-with';
import { previewOf } from './queries';
import { SampleRows } from './sample-rows';
import { SessionsPreview } from './sessions-preview';
import { TablePart } from './table-part';

const kindNames = {
  csv: 'Table of text',
  json: 'JSON',
  parquet: 'Parquet file',
  sqlite: 'SQLite database',
  duckdb: 'DuckDB database',
} as const;

export interface MappingEditorProps {
  readonly survey: Survey;
  /** Open already, with another mapping. */
  readonly sourceId: string | null;
}

/** The draft of a mapping on the left, what the list would show of it on the right. */
export function MappingEditor({ survey, sourceId }: MappingEditorProps) {
  const [draft, setDraft] = useState<Mapping>(survey.kept ?? survey.proposal);
  const [shownTable, setShownTable] = useState(draft.entries[0]?.table ?? survey.tables[0]?.name);
  const [isOpening, setOpening] = useState(false);
  const preview = useQuery(previewOf(survey.path, draft));
  const table = survey.tables.find(({ name }) => name === shownTable) ?? survey.tables[0];
  const errors = (preview.data?.problems ?? []).filter(({ level }) => level === 'error');
  const canOpen = draft.entries.length > 0 && errors.length === 0 && !isOpening;
  const open = (): void => {
    if (!canOpen) return;
    setOpening(true);
    void openWith(survey.path, draft, sourceId).finally(() => setOpening(false));
  };
  const form = useRef<HTMLFormElement>(null);
  return (
    <form
      ref={form}
      className={styles.screen}
      aria-label="Mapping"
      onSubmit={(event) => {
        event.preventDefault();
        open();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        open();
      }}
    >
      <header className={styles.head}>
        <div className={styles.headText}>
          <h1>{nameOf(survey.path)}</h1>
          <p>
            {kindNames[survey.kind]}
            {survey.notes.map((note) => ` · ${note}`)}
            {' · '}
            {survey.kept === null
              ? 'Columns were matched by name and content: check them, then open the file.'
              : 'As it was mapped before for files of this schema.'}
          </p>
        </div>
        <div className={styles.actions}>
          <Button
            variant="quiet"
            onClick={() => void importInto(draft).then((next) => next !== undefined && setDraft(next))}
          >
            Import…
          </Button>
          <Button variant="quiet" onClick={() => void exportMapping(draft)}>
            Export…
          </Button>
          <Button onClick={() => navigateTo('/sessions')}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!canOpen} autoFocus title="Ctrl+Enter">
            Open with This Mapping
          </Button>
        </div>
      </header>
      <div className={styles.body}>
        <section className={styles.tables} aria-label="Tables and columns">
          {survey.tables.map((one) => (
            <TablePart
              key={one.name}
              table={one}
              draft={draft}
              problems={preview.data?.problems ?? []}
              isOnly={survey.tables.length === 1}
              onChange={setDraft}
              onShow={() => setShownTable(one.name)}
            />
          ))}
        </section>
        <section className={styles.results} aria-label="Preview">
          <SessionsPreview query={preview} hasEntries={draft.entries.length > 0} />
          {table !== undefined && <SampleRows table={table} tables={survey.tables} onShow={setShownTable} />}
        </section>
      </div>
    </form>
  );
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
