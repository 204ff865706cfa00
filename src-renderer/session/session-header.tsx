import type { InferContractRouterOutputs } from '@orpc/contract';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, Check, ChevronDown, ChevronUp, Copy, Download, Link as LinkIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { SessionRef, session, sessions } from '../../src-main/contract';
import { runCommand } from '../app/commands';
import { LiveControls } from '../app/live-controls';
import type { SessionsSearch } from '../app/search';
import { Badge, Button, formatInteger, IconButton, menuHost, Tip, type Tone, useCopy } from '../ui';
import menu from '../ui/menu.module.css';
import text from '../ui/text.module.css';
import type { SessionView } from './session-context';
import styles from './session-screen.module.css';
import { SessionTotals } from './session-totals';

export type SessionDetail = InferContractRouterOutputs<typeof session>['get'];
type Neighbours = InferContractRouterOutputs<typeof sessions>['neighbours'];

interface Props extends Pick<SessionView, 'change'> {
  readonly detail: SessionDetail;
  readonly neighbours: Neighbours | undefined;
  readonly listSearch: SessionsSearch;
  readonly goTo: (to: SessionRef | null | undefined) => void;
}

const tones: Readonly<Record<SessionDetail['row']['status'], Tone>> = {
  completed: 'good',
  running: 'accent',
  error: 'error',
  unknown: 'neutral',
};

/** Which session this is, its totals, and the ways out of it. */
export function SessionHeader({ detail, neighbours, listSearch, goTo, change }: Props) {
  const { row, sourceName, experiment } = detail;
  const link = useCopy();
  const id = useCopy();
  const { sessionId } = row.ref;
  return (
    <header className={styles.header}>
      <div className={styles.headLine}>
        <Link to="/sessions" search={listSearch} className={styles.back}>
          <ArrowLeft size={14} aria-hidden />
          Sessions
        </Link>
        <span className={styles.about}>
          {row.models.length > 0 && <span title={row.models.join(', ')}>{row.models.join(', ')}</span>}
          <span className={styles.source} title={`${sourceName}, ${detail.format}`}>
            {sourceName}
          </span>
          {experiment !== null && (
            <span title={experiment.experimentId}>
              experiment {experiment.name ?? experiment.experimentId}
            </span>
          )}
        </span>
        <div className={styles.around}>
          <LiveControls />
          {neighbours?.index !== null && neighbours !== undefined && (
            <span className={styles.place}>
              {formatInteger(neighbours.index + 1)} of {formatInteger(neighbours.total)}
            </span>
          )}
          <IconButton
            label="Previous session"
            keys="["
            disabled={!neighbours?.previous}
            onClick={() => goTo(neighbours?.previous)}
          >
            <ChevronUp size={15} aria-hidden />
          </IconButton>
          <IconButton
            label="Next session"
            keys="]"
            disabled={!neighbours?.next}
            onClick={() => goTo(neighbours?.next)}
          >
            <ChevronDown size={15} aria-hidden />
          </IconButton>
          <Button
            size="small"
            title="Copy link"
            onClick={() => link.copy(location.href.replace(/([#?&])token=[^&]*&?/, '$1'))}
          >
            {link.copied ? <Check size={13} aria-hidden /> : <LinkIcon size={13} aria-hidden />}
            <span className={text.spare}>{link.copied ? 'Copied' : 'Copy link'}</span>
          </Button>
          <ExportMenu />
        </div>
      </div>
      <div className={styles.headLine}>
        <h1 className={styles.title} dir="auto" title={row.title}>
          {row.title}
        </h1>
        {row.status !== 'unknown' && <Badge tone={tones[row.status]}>{row.status}</Badge>}
        {row.title !== sessionId && (
          <Tip text={sessionId}>
            <code className={styles.id}>{sessionId}</code>
          </Tip>
        )}
        <IconButton label={id.copied ? 'Copied' : 'Copy session id'} onClick={() => id.copy(sessionId)}>
          <Copy size={13} aria-hidden />
        </IconButton>
      </div>
      {row.error !== null && <p className={styles.failure}>{row.error}</p>}
      <SessionTotals row={row} change={change} />
    </header>
  );
}

const formats = [
  ['export.parquet', 'Parquet…'],
  ['export.csv', 'CSV…'],
  ['export.jsonl', 'JSON Lines…'],
] as const;

function ExportMenu() {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button size="small" title="Export">
          <Download size={13} aria-hidden />
          <span className={text.spare}>Export</span>
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={menuHost()}>
        <DropdownMenu.Content className={menu.content} align="end" sideOffset={4}>
          {formats.map(([id, title]) => (
            <DropdownMenu.Item className={menu.item} key={id} onSelect={() => runCommand(id)}>
              <span className={menu.title}>{title}</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
