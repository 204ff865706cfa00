import { useMutation } from '@tanstack/react-query';
import { Play, RotateCw, Square } from 'lucide-react';
import type { StoreStatus } from '../../src-main/contract';
import { shellClient } from '../app/connect';
import { live } from '../app/live';
import { useLive } from '../app/use-live';
import { Badge, Button, ErrorState, PartialNote, Skeleton, shownFailureOf, type Tone } from '../ui';
import { Activity, Writers } from './activity';
import { Care } from './care';
import { Replication } from './replication';
import { StoreFacts } from './store-facts';
import { StoreLog } from './store-log';
import styles from './store-screen.module.css';
import { WriteHelp } from './write-help';

const tones: Record<StoreStatus['state'], Tone> = {
  starting: 'accent',
  running: 'good',
  restarting: 'warning',
  stopped: 'neutral',
  failed: 'error',
};

/** The live store: whether it runs, where, who writes, and how to write to it. */
export function StoreScreen() {
  const status = useLive(live.store);
  return (
    <div className={styles.screen}>
      <header className={styles.toolbar}>
        <h1>Store</h1>
        {status !== null && <Badge tone={tones[status.state]}>{status.state}</Badge>}
        <span className={styles.space} />
        {status !== null && <Controls status={status} />}
      </header>
      {status === null ? (
        <div className={styles.loading}>
          <Skeleton lines={8} height={28} />
        </div>
      ) : (
        <Body status={status} />
      )}
    </div>
  );
}

function Controls({ status }: { readonly status: StoreStatus }) {
  const control = useMutation({
    mutationFn: (action: 'start' | 'stop' | 'restart') => shellClient.controlStore({ action }),
  });
  const isUp = status.state === 'running' || status.state === 'starting' || status.state === 'restarting';
  if (status.engine === 'remote') return null;
  return (
    <>
      {control.isError && <ErrorState error={control.error} inline />}
      {isUp ? (
        <>
          {status.attachedTo === null && (
            <Button size="small" disabled={control.isPending} onClick={() => control.mutate('restart')}>
              <RotateCw size={13} aria-hidden /> Restart
            </Button>
          )}
          <Button
            size="small"
            disabled={control.isPending}
            title={
              status.attachedTo === null
                ? 'Writers wait until it is started again'
                : 'The store itself goes on'
            }
            onClick={() => control.mutate('stop')}
          >
            <Square size={12} aria-hidden /> {status.attachedTo === null ? 'Stop' : 'Detach'}
          </Button>
        </>
      ) : (
        <Button
          size="small"
          variant="primary"
          disabled={control.isPending}
          onClick={() => control.mutate('start')}
        >
          <Play size={12} aria-hidden /> Start
        </Button>
      )}
    </>
  );
}

/** What those who write, or read on, must know before the figures. */
function notesOf({ attachedTo, portNote, care, replication }: StoreStatus): readonly string[] {
  const isCutOff = replication.role === 'replica' && replication.link === 'cut';
  return [
    ...(care.isDiskFull
      ? [
          'The disk is nearly full, so writes are refused. Reads and deletes still work; writes are taken again as soon as there is space.',
        ]
      : []),
    ...(isCutOff
      ? ['Cut off from its primary: reads go on with what was copied, writes fail until it answers.']
      : []),
    ...(attachedTo === null
      ? []
      : [
          `This store is run by ${attachedTo.program} (process ${attachedTo.pid}) and used here. Stepscope takes it over when that process ends.`,
        ]),
    ...(portNote === null ? [] : [portNote]),
  ];
}

function Body({ status }: { readonly status: StoreStatus }) {
  return (
    <div className={styles.body}>
      {status.failure !== null && <ErrorState failure={shownFailureOf(status.failure)} />}
      {notesOf(status).map((note) => (
        <PartialNote key={note}>{note}</PartialNote>
      ))}
      {status.engine === 'embedded' && (
        <p className={styles.note}>
          There is no sqld for this platform, so the store is a libsql file inside Stepscope: programs write
          to it through the address below, through one process, without replicas or namespaces. Everything
          else works the same.
        </p>
      )}
      <Activity status={status} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <WriteHelp url={status.url} token={status.token} />
          <Writers clients={status.clients} />
        </div>
        <div className={styles.column}>
          <StoreFacts status={status} />
          <Replication status={status} />
        </div>
        <div className={styles.column}>
          <Care status={status} />
          <StoreLog log={status.log} />
        </div>
      </div>
    </div>
  );
}
