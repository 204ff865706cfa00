import type { MigrationReport, RollbackReport } from '../../src-main/contract';
import { Badge, formatInteger } from '../ui';
import styles from './migrate.module.css';

const sentences: Record<MigrationReport['state'], string> = {
  planned: 'This is what a migration would do. Nothing was written.',
  done: 'Every row was written and found equal.',
  'already-done': 'This source was migrated before. Nothing was written.',
  failed: 'The rows that were found differ from those that should be there.',
};

/** What a migration wrote and found again, table by table. */
export function MigrationTable({ report }: { readonly report: MigrationReport }) {
  const { state, tables, sums, notes, files, target, runId, isVerified } = report;
  const wrong = sums.filter((sum) => !sum.isEqual);
  return (
    <>
      <p className={styles.text}>
        {sentences[state]} {isVerified === true && <Badge tone="good">verified</Badge>}
      </p>
      <table className={styles.table}>
        <caption>
          Run {runId} into {target.name}
        </caption>
        <thead>
          <tr>
            <th scope="col">Table</th>
            <th scope="col">In the source</th>
            <th scope="col">Left out</th>
            <th scope="col">{state === 'planned' ? 'To write' : 'Written'}</th>
            <th scope="col">Found equal</th>
          </tr>
        </thead>
        <tbody>
          {tables.map(({ table, source, present, written, found }) => (
            <tr key={table}>
              <th scope="row">{table}</th>
              <td>{formatInteger(source)}</td>
              <td>{formatInteger(present)}</td>
              <td>{formatInteger(written)}</td>
              <td>{found === null ? '–' : formatInteger(found)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className={styles.notes}>
        {wrong.map((sum) => (
          <li key={sum.name}>
            {sum.name}: {sum.source} in the source, {sum.target} in the target
          </li>
        ))}
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      {state !== 'planned' && <Files files={files} />}
    </>
  );
}

const ways: Record<RollbackReport['way'], string> = {
  backup: 'Nobody had written to the file since, so it is its backup again, byte for byte.',
  'file-removed': 'The run had made the file and nobody had written to it since, so it is gone.',
  rows: 'The rows that the run had inserted were removed, no others.',
};

export function RollbackTable({
  report: { way, tables, notes, files, runId },
}: {
  readonly report: RollbackReport;
}) {
  return (
    <>
      <p className={styles.text}>{ways[way]}</p>
      {tables.length > 0 && (
        <table className={styles.table}>
          <caption>Run {runId}</caption>
          <thead>
            <tr>
              <th scope="col">Table</th>
              <th scope="col">Removed</th>
              <th scope="col">Kept</th>
            </tr>
          </thead>
          <tbody>
            {tables.map(({ table, removed, kept }) => (
              <tr key={table}>
                <th scope="row">{table}</th>
                <td>{formatInteger(removed)}</td>
                <td>{formatInteger(kept)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ul className={styles.notes}>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      <Files files={files} />
    </>
  );
}

function Files({ files }: { readonly files: readonly string[] }) {
  return (
    <p className={styles.files}>
      Report:{' '}
      {files.map((file) => (
        <code key={file}>{file}</code>
      ))}
    </p>
  );
}
