import { useMutation } from '@tanstack/react-query';
import { Play, RotateCw, Square } from 'lucide-react';
import type { ReactNode } from 'react';
import type { StoreStatus } from '../../src-main/contract';
import { shellClient } from '../app/connect';
import { live } from '../app/live';
import { useLive } from '../app/use-live';
import {
  Badge,
  Button,
  Bytes,
  Count,
  ErrorState,
  Figure,
  formatNumber,
  PartialNote,
  Skeleton,
  shownFailureOf,
  Time,
  type Tone,
} from '../ui';
import { StoreLog } from './store-log';
import styles from './store-screen.module.css';
import { TokenLine } from './token-line';
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
          <Button size="small" disabled={control.isPending} onClick={() => control.mutate('restart')}>
            <RotateCw size={13} aria-hidden /> Restart
          </Button>
          <Button size="small" disabled={control.isPending} onClick={() => control.mutate('stop')}>
            <Square size={12} aria-hidden /> Stop
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

function Body({ status }: { readonly status: StoreStatus }) {
  return (
    <div className={styles.body}>
      {status.failure !== null && <ErrorState failure={shownFailureOf(status.failure)} />}
      {status.portNote !== null && <PartialNote>{status.portNote}</PartialNote>}
      {status.engine === 'embedded' && (
        <p className={styles.note}>
          There is no sqld for this platform, so the store is a libsql file inside Stepscope: programs write
          to it through the address below, through one process, without replicas or namespaces. Everything
          else works the same.
        </p>
      )}
      <Rates status={status} />
      <div className={styles.columns}>
        <div className={styles.left}>
          <WriteHelp url={status.url} token={status.token} />
        </div>
        <div className={styles.right}>
          <Facts status={status} />
          <StoreLog log={status.log} />
        </div>
      </div>
    </div>
  );
}

function Rates({ status }: { readonly status: StoreStatus }) {
  return (
    <dl className={styles.rates}>
      <Rate name="Commits" unit="/s" value={formatNumber(status.commitsPerSecond, 1)} />
      <Rate name="Rows" unit="/s" value={formatNumber(status.rowsPerSecond, 1)} />
      <Rate
        name="Writers"
        value={formatNumber(status.writers)}
        explanation="Clients that wrote in the last 10 s"
      />
      <Rate
        name="Waiting"
        value={formatNumber(status.waiting)}
        explanation="Writes in the gate, which lets one in at a time"
      />
      <Rate name="Commits since start" value={<Count value={status.commits} />} />
      <Rate name="Data" value={<Bytes bytes={status.dataBytes} />} />
      <Rate name="WAL" value={<Bytes bytes={status.walBytes} />} />
    </dl>
  );
}

interface RateProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly unit?: string;
  readonly explanation?: string;
}

function Rate({ name, value, unit, explanation }: RateProps) {
  return (
    <div className={styles.rate}>
      <dt>{name}</dt>
      <dd>
        <Figure value={value} unit={unit} explanation={explanation} />
      </dd>
    </div>
  );
}

const engineNames = { sqld: 'sqld', embedded: 'libsql, inside Stepscope', remote: 'remote sqld' } as const;

/** sqld says its name, its commit and its date beside its number. */
function engineName({ engine, version }: StoreStatus): string {
  const number = /\d+\.\d+\.\d+/.exec(version ?? '')?.[0];
  return number === undefined ? engineNames[engine] : `${engineNames[engine]} ${number}`;
}

function Facts({ status }: { readonly status: StoreStatus }) {
  const lines: readonly (readonly [string, ReactNode])[] = [
    [
      'Engine',
      <span key="engine" title={status.version ?? undefined}>
        {engineName(status)}
      </span>,
    ],
    ['Address', <code key="url">{status.url ?? '–'}</code>],
    ['Process', status.pid === null ? '–' : `pid ${status.pid}`],
    ['Started', <Time key="at" iso={status.startedAt} />],
    ['Restarts', String(status.restarts)],
    [
      'Folder',
      <code key="folder" title={status.directory ?? ''}>
        {status.directory ?? '–'}
      </code>,
    ],
  ];
  return (
    <section className={styles.card} aria-labelledby="facts-heading">
      <h2 id="facts-heading">Where it runs</h2>
      <dl className={styles.facts}>
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {status.token !== null && (
          <div>
            <dt>Write token</dt>
            <dd>
              <TokenLine token={status.token} name="write token" />
            </dd>
          </div>
        )}
        {status.readOnlyToken !== null && (
          <div>
            <dt>Read token</dt>
            <dd>
              <TokenLine token={status.readOnlyToken} name="read token" />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
