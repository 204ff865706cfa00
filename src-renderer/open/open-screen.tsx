import { useQuery } from '@tanstack/react-query';
import { Database, FileInput, FolderOpen, Plug } from 'lucide-react';
import type { RecentItem } from '../../src-main/contract';
import { keysLabel, openSpecAndShow, runCommand } from '../app/commands';
import { shell, shellClient } from '../app/connect';
import { live } from '../app/live';
import { notify } from '../app/overlays';
import { queryClient } from '../app/query-client';
import { useLive, useSources } from '../app/use-live';
import { Async, Button, formatTime, Keys } from '../ui';
import text from '../ui/text.module.css';
import styles from './open-screen.module.css';

const formats: readonly (readonly [string, string])[] = [
  ['Trace databases', 'tracing v3 in SQLite or libsql with its WAL, sqld directories, tracing v2 in DuckDB'],
  ['Parquet', 'a file, a folder, a partitioned tree; exports of Stepscope and of tracing v2'],
  ['Conversations', 'Pidgin runs as JSON Lines, DuckDB or SQLite'],
  ['Spans', 'OpenTelemetry as JSON or protobuf, also compressed; Jaeger; Junjo'],
  ['Coding agents', 'sessions of Claude Code, Codex and OpenCode'],
  ['Evaluations', 'Inspect logs, tau-bench, SWE-agent, exports of Langfuse and LangSmith'],
  ['Any table', 'CSV, JSON, Parquet, SQLite or DuckDB of any schema: say once what its columns are'],
  ['Server', 'libsql or sqld over HTTP, with or without a token'],
];

/** The way in: what can be opened, how, and what was open before. */
export function OpenScreen() {
  const capabilities = useLive(live.capabilities);
  const platform = capabilities?.platform ?? 'linux';
  const hasSources = useSources().length > 0;
  return (
    <div className={styles.screen}>
      <div className={styles.column}>
        <h1 className={styles.title}>{hasSources ? 'Open another source' : 'Open a trace'}</h1>
        <p className={styles.lead}>
          Sessions, steps, calls and what they cost, from the files agents leave behind. Files are read in
          place and stay as they are; nothing leaves this machine.
        </p>
        <div className={styles.actions}>
          <Action
            icon={<FileInput size={18} aria-hidden />}
            title="Open file…"
            text="A database, a log, a table"
            keys={keysLabel('CmdOrCtrl+O', platform)}
            onClick={() => runCommand('file.open')}
          />
          <Action
            icon={<FolderOpen size={18} aria-hidden />}
            title="Open folder…"
            text="Whatever is in it, all at once"
            keys={keysLabel('CmdOrCtrl+Shift+O', platform)}
            onClick={() => runCommand('file.openFolder')}
          />
          <Action
            icon={<Plug size={18} aria-hidden />}
            title="Connect to URL…"
            text="A libsql or sqld server"
            keys={keysLabel('CmdOrCtrl+Shift+U', platform)}
            onClick={() => runCommand('file.connect')}
          />
          <Action
            icon={<Database size={18} aria-hidden />}
            title="Write into the live store"
            text="How an agent sends its traces here"
            keys={keysLabel('g l', platform)}
            onClick={() => runCommand('go.store')}
          />
        </div>
        <p className={styles.hint}>Files and folders can also be dropped anywhere in this window.</p>
        <Recent />
        <section className={styles.section} aria-labelledby="formats-heading">
          <h2 id="formats-heading" className={text.caps}>
            What opens
          </h2>
          <dl className={styles.formats}>
            {formats.map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </div>
  );
}

interface ActionProps {
  readonly icon: React.ReactNode;
  readonly title: string;
  readonly text: string;
  readonly keys: string;
  readonly onClick: () => void;
}

function Action({ icon, title, text, keys, onClick }: ActionProps) {
  return (
    <button type="button" className={styles.action} onClick={onClick}>
      <span className={styles.icon}>{icon}</span>
      <span className={styles.actionText}>
        <span className={styles.actionTitle}>{title}</span>
        <span className={styles.actionNote}>{text}</span>
      </span>
      <Keys>{keys}</Keys>
    </button>
  );
}

function Recent() {
  const recent = useQuery(shell.recent.queryOptions());
  const clear = (): void =>
    void shellClient.clearRecent().then(
      () => queryClient.invalidateQueries({ queryKey: shell.recent.key() }),
      (error: unknown) => notify({ title: 'The recent items were not cleared', error }),
    );
  return (
    <section className={styles.section} aria-labelledby="recent-heading">
      <div className={styles.sectionHead}>
        <h2 id="recent-heading" className={text.caps}>
          Recent
        </h2>
        {(recent.data?.length ?? 0) > 0 && (
          <Button size="small" variant="quiet" onClick={clear}>
            Clear
          </Button>
        )}
      </div>
      <Async
        query={recent}
        isEmpty={(items) => items.length === 0}
        empty={<p className={styles.none}>What is opened is listed here, to open again with one click.</p>}
      >
        {(items) => (
          <ul className={styles.recent}>
            {items.slice(0, 10).map((item) => (
              <RecentLine key={`${item.label}\n${item.openedAt}`} item={item} />
            ))}
          </ul>
        )}
      </Async>
    </section>
  );
}

function RecentLine({ item }: { readonly item: RecentItem }) {
  const { spec, label, openedAt, exists } = item;
  const location = spec.kind === 'path' ? spec.path : spec.kind === 'remote' ? spec.url : 'live store';
  return (
    <li>
      <button
        type="button"
        className={styles.recentItem}
        disabled={!exists}
        title={location}
        onClick={() => void openSpecAndShow(spec)}
      >
        <span className={styles.recentName}>{label}</span>
        <span className={styles.recentPath}>{location === label ? '' : location}</span>
        <span className={styles.recentTime}>{exists ? formatTime(openedAt) : 'not there any more'}</span>
      </button>
    </li>
  );
}
