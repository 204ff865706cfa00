import {
  backupReport,
  type CheckReport,
  checkReport,
  copyReport,
  importReport,
  type JobState,
  type RetentionReport,
  restoreReport,
  retentionReport,
} from '../../../src-main/contract';
import { dataClient } from '../../app/connect';
import { live } from '../../app/live';
import { notify } from '../../app/overlays';
import { useLive } from '../../app/use-live';
import {
  Button,
  Dialog,
  DialogBody,
  ErrorState,
  formatBytes,
  formatInteger,
  Meter,
  plural,
  SmallTable,
  shownFailureOf,
} from '../../ui';
import styles from './care.module.css';

interface CareJobDialogProps {
  readonly jobId: string;
  readonly onClose: () => void;
}

/** A job about the store while it runs, and its report when it has ended. Closing leaves it running. */
export function CareJobDialog({ jobId, onClose }: CareJobDialogProps) {
  const job = useLive(live.jobs).find((each) => each.jobId === jobId);
  const cancel = (): void =>
    void dataClient.jobs
      .cancel({ jobId })
      .catch((error: unknown) => notify({ title: 'Not cancelled', error }));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={job?.title ?? 'Store'}
      width={600}
      footer={
        <>
          {job?.status === 'running' && <Button onClick={cancel}>Cancel</Button>}
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <DialogBody>{job !== undefined && <Body job={job} />}</DialogBody>
    </Dialog>
  );
}

function Body({ job }: { readonly job: JobState }) {
  if (job.status === 'running') return <Progress job={job} />;
  if (job.status === 'cancelled')
    return <p className={styles.text}>Cancelled. Nothing was left half done.</p>;
  if (job.failure !== null) return <ErrorState failure={shownFailureOf(job.failure)} inline />;
  return <Report job={job} />;
}

function Progress({ job: { title, phase, done, total, unit } }: { readonly job: JobState }) {
  const fraction = total === null || total === 0 ? null : Math.min(1, done / total);
  const show = unit === 'bytes' ? formatBytes : formatInteger;
  return (
    <div>
      <Meter label={title} fraction={fraction} />
      <p className={styles.text}>
        {phase}
        {total !== null && ` · ${show(done)} of ${show(total)}${unit === 'bytes' ? '' : ` ${unit}`}`}
      </p>
    </div>
  );
}

function Report({ job: { kind, result } }: { readonly job: JobState }) {
  switch (kind) {
    case 'check':
      return <Check report={checkReport.parse(result)} />;
    case 'retention':
      return <Retention report={retentionReport.parse(result)} />;
    case 'backup': {
      const { path, rows, bytes } = backupReport.parse(result);
      return (
        <p
          className={styles.text}
        >{`${plural(rows, 'row')}, ${formatBytes(bytes)}, verified, in ${path}.`}</p>
      );
    }
    case 'copy': {
      const { path, rows, bytes } = copyReport.parse(result);
      return <p className={styles.text}>{`${plural(rows, 'row')}, ${formatBytes(bytes)}, in ${path}.`}</p>;
    }
    case 'restore': {
      const { rows, aside } = restoreReport.parse(result);
      const kept = aside === null ? '' : ` The store that was there before is kept in ${aside}.`;
      return <p className={styles.text}>{`${plural(rows, 'row is', 'rows are')} back.${kept}`}</p>;
    }
    case 'import': {
      const { sessions, present, rows, dialect } = importReport.parse(result);
      const stay =
        present === 0 ? '' : ` ${formatInteger(present)} were in the store already and stay as they are.`;
      return (
        <p className={styles.text}>
          {`${plural(sessions, 'session')} of dialect ${dialect}, ${plural(rows, 'row')} written.${stay}`}
        </p>
      );
    }
    case 'export':
    case 'migrate':
    case 'rollback':
      return null;
  }
}

function Check({ report }: { readonly report: CheckReport }) {
  return (
    <>
      <p className={styles.text}>
        {report.isSound ? 'The store is sound.' : 'The store is damaged: restore a backup.'}{' '}
        {`${formatBytes(report.bytes)} in the data file, of which ${formatBytes(report.freeBytes)} are free for new rows.`}
      </p>
      {report.findings.length > 0 && (
        <ul className={styles.scroll} aria-label="Findings" tabIndex={0}>
          {report.findings.map(({ severity, message }) => (
            <li key={message}>{`${severity}: ${message}`}</li>
          ))}
          {report.more > 0 && <li>{`… and ${formatInteger(report.more)} more`}</li>}
        </ul>
      )}
      <SmallTable
        head={['Table', 'Rows']}
        rows={report.tables.map(({ table, rows }) => ({
          key: table,
          name: table,
          cells: [formatInteger(rows)],
        }))}
      />
    </>
  );
}

function Retention({ report }: { readonly report: RetentionReport }) {
  const verb = report.dryRun ? 'would move' : 'moved';
  return (
    <>
      <p className={styles.text}>
        {`${plural(report.sessions, 'session')} ${verb} into the archive: ${plural(report.rows, 'row')}, about ${formatBytes(report.bytes)}.`}
        {report.skipped > 0 && ` ${formatInteger(report.skipped)} were written to meanwhile and stay.`}
      </p>
      {report.examples.length > 0 && (
        <SmallTable
          label="Sessions"
          head={['Session', 'Rows', 'About']}
          rows={report.examples.map(({ sessionId, rows, bytes }) => ({
            key: sessionId,
            name: <code>{sessionId}</code>,
            title: sessionId,
            cells: [formatInteger(rows), formatBytes(bytes)],
          }))}
        />
      )}
    </>
  );
}
