import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Maximize2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { SessionRef } from '../../src-main/contract';
import { data } from '../app/connect';
import { live } from '../app/live';
import { listSearchOf, type SessionsSearch } from '../app/search';
import { changeSettings } from '../app/settings';
import { useLive, useSource } from '../app/use-live';
import {
  Async,
  Badge,
  Count,
  Duration,
  EmptyState,
  ErrorState,
  Figure,
  formatInteger,
  formatNumber,
  Money,
  Skeleton,
  Splitter,
  Time,
  Tokens,
  useWindowWidth,
} from '../ui';
import styles from './inspector.module.css';
import { PreviewItem } from './preview-item';
import { scopeOfSelection, selection } from './selection';
import { useCounted } from './totals-strip';

const previewItems = 24;

/** In a narrow window the list keeps the larger part. */
function usualWidth(windowWidth: number): number {
  if (windowWidth <= 1020) return 280;
  if (windowWidth < 1440) return 316;
  return windowWidth < 1920 ? 360 : 440;
}

/** What is selected, beside the list: one session in short, or the sums of several. */
export function Inspector({ search }: { readonly search: SessionsSearch }) {
  const chosen = useLive(selection);
  const settings = useLive(live.settings);
  const [dragged, setDragged] = useState<number | null>(null);
  const windowWidth = useWindowWidth();
  const width = dragged ?? settings.inspectorWidth ?? usualWidth(windowWidth);
  const refs = chosen.kind === 'some' ? [...chosen.refs.values()] : [];
  // Nothing selected: the room belongs to the titles.
  if (chosen.kind === 'some' && refs.length === 0) return null;
  const resize = (next: number): void => {
    setDragged(next);
    changeSettings({ inspectorWidth: next });
  };
  return (
    <>
      <Splitter
        label="Width of the inspector"
        width={width}
        least={280}
        most={900}
        panel="right"
        onResize={resize}
      />
      <aside className={styles.inspector} style={{ width }} aria-label="Inspector">
        {refs.length === 1 && refs[0] !== undefined ? (
          <Preview sessionRef={refs[0]} search={search} />
        ) : (
          <SelectionSums />
        )}
      </aside>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** With the padding of what comes. */
function Waiting() {
  return (
    <div className={styles.header}>
      <Skeleton />
    </div>
  );
}

function Preview({
  sessionRef,
  search,
}: {
  readonly sessionRef: SessionRef;
  readonly search: SessionsSearch;
}) {
  const session = useQuery(data.session.get.queryOptions({ input: { ref: sessionRef } }));
  return (
    <Async query={session} skeleton={<Waiting />}>
      {({ row, sourceName, format, pending }) => (
        <>
          <header className={styles.header}>
            <div className={styles.titleLine}>
              <h2 dir="auto" title={row.title}>
                {row.title}
              </h2>
              <Link
                to="/session/$sourceId/$sessionId"
                params={{ sourceId: sessionRef.sourceId, sessionId: sessionRef.sessionId }}
                search={listSearchOf(search)}
                className={styles.open}
              >
                <Maximize2 size={13} aria-hidden /> Open
              </Link>
            </div>
            <p className={styles.id} title={row.ref.sessionId}>
              {row.ref.sessionId}
            </p>
            <p className={styles.badges}>
              <Badge
                tone={row.status === 'error' ? 'error' : row.status === 'running' ? 'accent' : 'neutral'}
              >
                {row.status}
              </Badge>
              {row.models.slice(0, 3).map((model) => (
                <Badge key={model}>{model}</Badge>
              ))}
              {row.models.length > 3 && <Badge>+{row.models.length - 3}</Badge>}
            </p>
          </header>
          {row.error !== null && <p className={styles.error}>{row.error}</p>}
          <dl className={styles.facts}>
            <Fact name="Cost">
              <Money cost={row.cost} />
            </Fact>
            <Fact name="Tokens">
              <Tokens total={row.tokens.total} input={row.tokens.input} output={row.tokens.output} />
            </Fact>
            <Fact name="Reward">
              <Figure value={formatNumber(row.reward, 3)} />
            </Fact>
            <Fact name="Duration">
              <Duration milliseconds={row.durationMs} />
            </Fact>
            <Fact name="Steps">
              <Count value={row.steps} />
            </Fact>
            <Fact name="Errors">
              <Count value={row.errors} />
            </Fact>
          </dl>
          <p className={styles.source}>
            <Time iso={row.createdAt} /> · {sourceName} · {format}
            {pending.length > 0 && ` · not read yet: ${pending.join(', ')}`}
          </p>
          <Transcript sessionRef={sessionRef} isPartial={pending.length > 0} />
        </>
      )}
    </Async>
  );
}

interface TranscriptProps {
  readonly sessionRef: SessionRef;
  readonly isPartial: boolean;
}

function Transcript({ sessionRef, isPartial }: TranscriptProps) {
  const transcript = useQuery(
    data.session.transcript.queryOptions({ input: { ref: sessionRef, offset: 0, limit: previewItems } }),
  );
  return (
    <Async
      query={transcript}
      isEmpty={({ items }) => items.length === 0}
      empty={
        isPartial ? (
          <EmptyState title="Not read yet">Its first messages appear here as they are read.</EmptyState>
        ) : (
          <EmptyState title="Nothing recorded inside">
            The session has no steps, events or messages.
          </EmptyState>
        )
      }
    >
      {({ items, total }) => (
        <section aria-label="First items of the session" className={styles.items}>
          {items.map((item, nth) => (
            <PreviewItem key={nth} item={item} />
          ))}
          {total > items.length && (
            <p className={styles.more}>{formatInteger(total - items.length)} more items in the session</p>
          )}
        </section>
      )}
    </Async>
  );
}

function SelectionSums() {
  const scope = scopeOfSelection(useLive(selection));
  const totals = useQuery({
    ...data.sessions.totals.queryOptions({ input: { scope: scope ?? { q: '' } } }),
    enabled: scope !== null,
  });
  const counted = useCounted();
  const only = useSource(scope?.sourceIds?.[0] ?? '');
  if (totals.isError) return <ErrorState error={totals.error} />;
  return (
    <>
      <header className={styles.header}>
        <h2>{formatInteger(totals.data?.sessions)} sessions selected</h2>
        {only !== undefined && <p className={styles.id}>{only.name}</p>}
      </header>
      <dl className={styles.facts}>
        <Fact name="Cost">
          <Money cost={totals.data?.cost} />
        </Fact>
        <Fact name="Tokens">
          <Tokens total={counted(totals.data?.tokens.total)} />
        </Fact>
        <Fact name="Mean reward">
          <Figure value={formatNumber(totals.data?.meanReward, 3)} />
        </Fact>
        <Fact name="LM calls">
          <Count value={counted(totals.data?.lmCalls)} />
        </Fact>
        <Fact name="Steps">
          <Count value={counted(totals.data?.steps)} />
        </Fact>
        <Fact name="Errors">
          <Count value={counted(totals.data?.errors)} />
        </Fact>
      </dl>
      <p className={styles.source}>
        <Time iso={totals.data?.firstAt} /> to <Time iso={totals.data?.lastAt} />
      </p>
    </>
  );
}
