import { useMutation } from '@tanstack/react-query';
import { dataClient } from '../app/connect';
import { live } from '../app/live';
import { pickPaths, pickSave } from '../app/open-specs';
import { openOverlay } from '../app/overlays';
import { picks } from '../app/picks';
import { useLive } from '../app/use-live';
import { Button, Choice, Choices, Dialog, DialogBody, ErrorState, Field } from '../ui';
import { changeForm, isComplete, migrateForm, targetOf } from './form';
import styles from './migrate.module.css';
import { MigrateJob } from './migrate-job';

export interface MigrateDialogProps {
  /** A migration that was started: it is shown instead of the form. */
  readonly jobId?: string;
  readonly onClose: () => void;
}

/** Brings tracing v2 into tracing v3: what, where to, a trial, then the job with its report. */
export function MigrateDialog({ jobId, onClose }: MigrateDialogProps) {
  const jobs = useLive(live.jobs);
  const job = jobs.find((each) => each.jobId === jobId);
  return job === undefined ? <MigrateForm onClose={onClose} /> : <MigrateJob job={job} onClose={onClose} />;
}

function MigrateForm({ onClose }: Pick<MigrateDialogProps, 'onClose'>) {
  const form = useLive(migrateForm);
  const start = useMutation({
    mutationFn: async (dryRun: boolean) => {
      const { source, zone } = form;
      const target = targetOf(form);
      const input = { kind: 'migrate', source: source.trim(), target, zone: zone.trim(), dryRun } as const;
      const { jobId } = await dataClient.jobs.start(input);
      openOverlay({ kind: 'migrate', jobId });
    },
  });
  const isReady = isComplete(form) && !start.isPending;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Migrate tracing v2"
      description="The source is only read. What is written into is backed up, verified row by row, and can be rolled back."
      width={560}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button disabled={!isReady} onClick={() => start.mutate(true)}>
            Try without writing
          </Button>
          <Button variant="primary" disabled={!isReady} onClick={() => start.mutate(false)}>
            Migrate
          </Button>
        </>
      }
    >
      <DialogBody>
        <div className={styles.pick}>
          <Field
            label="From"
            mono
            value={form.source}
            placeholder="a .duckdb file, or the folder of its export"
            onChange={(event) => changeForm({ source: event.target.value })}
          />
          <Button onClick={() => void pickSource('file')}>File…</Button>
          <Button onClick={() => void pickSource('folder')}>Folder…</Button>
        </div>
        <Choices legend="Into">
          {targets.map(([into, title]) => (
            <Choice
              key={into}
              type="radio"
              name="into"
              title={title}
              checked={form.into === into}
              onChange={() => changeForm({ into })}
            />
          ))}
          {form.into === 'file' && (
            <div className={styles.pick}>
              <Field
                label="File"
                mono
                value={form.file}
                placeholder="made where it is missing"
                onChange={(event) => changeForm({ file: event.target.value })}
              />
              <Button onClick={() => void pickTarget()}>Choose…</Button>
            </div>
          )}
        </Choices>
        <Field
          label="Time zone"
          value={form.zone}
          hint="What the times of the source are in. Its writer used the local time of its machine; the target has UTC."
          onChange={(event) => changeForm({ zone: event.target.value })}
        />
        {start.isError && <ErrorState error={start.error} inline />}
      </DialogBody>
    </Dialog>
  );
}

const targets = [
  ['live', 'The live store'],
  ['file', 'A tracing v3 file'],
] as const;

async function pickSource(want: 'file' | 'folder'): Promise<void> {
  const [path] = (await pickPaths(want === 'file' ? picks.migrateFile : picks.migrateFolder)) ?? [];
  if (path !== undefined) changeForm({ source: path });
  openOverlay({ kind: 'migrate' });
}

async function pickTarget(): Promise<void> {
  const path = await pickSave(picks.migrateInto, 'tracing-v3.db');
  if (path !== null) changeForm({ file: path });
  openOverlay({ kind: 'migrate' });
}
