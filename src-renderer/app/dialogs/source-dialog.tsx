import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FileReport, Source } from '../../../src-main/contract';
import { Async, Button, Dialog, ErrorState, formatInteger, plural, shownFailureOf } from '../../ui';
import { data } from '../connect';
import { live } from '../live';
import { useLive } from '../use-live';
import type { CloseProps } from './shortcuts-dialog';
import styles from './source-dialog.module.css';

const PAGE = 100;

/** What a source is, what was read of each of its files, and every warning with the line it is about. */
export function SourceDialog({ sourceId, onClose }: { readonly sourceId: string } & CloseProps) {
  const source = useLive(live.workspace)?.sources.find((one) => one.sourceId === sourceId);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={source?.name ?? 'Source'}
      description={source?.spec.location ?? 'It was closed.'}
      width={760}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      {source !== undefined && (
        <div className={styles.body}>
          <Facts source={source} />
          {source.error !== null && <ErrorState failure={shownFailureOf(source.error)} inline />}
          <Warnings source={source} />
          <Files source={source} />
        </div>
      )}
    </Dialog>
  );
}

function Facts({ source }: { readonly source: Source }) {
  const { format, dialect, spec, rows, state } = source;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Format', dialect === null ? format : `${format}, dialect ${dialect}`],
    ['Namespace', spec.namespace],
    ['State', state],
    ...Object.entries(rows).map(
      ([table, count]) => [table.replaceAll('_', ' '), formatInteger(count)] as const,
    ),
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Warnings({ source }: { readonly source: Source }) {
  const { sourceId, warnings: total } = source;
  const [limit, setLimit] = useState(PAGE);
  const [opened, setOpened] = useState<string | null>(null);
  const warnings = useQuery({
    ...data.sources.warnings.queryOptions({ input: { sourceId, offset: 0, limit } }),
    queryHash: `warnings ${sourceId} ${limit} ${total}`,
    placeholderData: keepPreviousData,
  });
  return (
    <section className={styles.part}>
      <h3>{total === 0 ? 'No warnings' : plural(total, 'warning')}</h3>
      <Async query={warnings}>
        {({ rows }) => (
          <ul className={styles.warnings}>
            {rows.map(({ at, message, count }) => {
              const id = `${at} ${message}`;
              return (
                <li key={id}>
                  <button
                    type="button"
                    className={styles.warning}
                    aria-expanded={opened === id}
                    onClick={() => setOpened(opened === id ? null : id)}
                  >
                    <span className={styles.message}>
                      {message}
                      {count > 1 && <span className={styles.count}>{formatInteger(count)}×</span>}
                    </span>
                    <span className={styles.path}>{at}</span>
                  </button>
                  {opened === id && <Excerpt sourceId={sourceId} at={at} />}
                </li>
              );
            })}
          </ul>
        )}
      </Async>
      {total > limit && (
        <div>
          <Button size="small" onClick={() => setLimit(Math.min(500, limit + PAGE))}>
            Show more
          </Button>
        </div>
      )}
    </section>
  );
}

function Excerpt({ sourceId, at }: { readonly sourceId: string; readonly at: string }) {
  const excerpt = useQuery(data.sources.excerpt.queryOptions({ input: { sourceId, at } }));
  return (
    <Async query={excerpt}>
      {(found) =>
        found === null ? (
          <p className={styles.hint}>It is not about one line.</p>
        ) : (
          <pre className={styles.excerpt}>
            {found.lines.map(({ number, text }) => (
              <span key={number} data-current={number === found.line || undefined}>
                <span className={styles.lineNumber}>{number}</span>
                {text}
              </span>
            ))}
          </pre>
        )
      }
    </Async>
  );
}

function Files({ source }: { readonly source: Source }) {
  const { sourceId } = source;
  const files = useQuery({
    ...data.sources.files.queryOptions({ input: { sourceId, offset: 0, limit: 500 } }),
    queryHash: `files ${sourceId} ${source.state} ${source.warnings}`,
  });
  return (
    <Async query={files} isEmpty={({ total }) => total === 0} empty={null}>
      {({ rows, total }) => (
        <section className={styles.part}>
          <h3>
            {plural(total, 'file')}
            {total > rows.length && `, the first ${formatInteger(rows.length)}`}
          </h3>
          <table className={styles.files}>
            <thead>
              <tr>
                <th scope="col">File</th>
                <th scope="col">Read</th>
                <th scope="col">Skipped</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((file) => (
                <File key={file.file} {...file} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Async>
  );
}

function File({ file, read, skipped, reasons }: FileReport) {
  return (
    <tr>
      <td className={styles.path}>{file}</td>
      <td>{formatInteger(read)}</td>
      <td>{formatInteger(skipped)}</td>
      <td>
        {reasons.map(({ reason, count }) => (
          <p key={reason}>
            {count > 1 && `${formatInteger(count)}× `}
            {reason}
          </p>
        ))}
      </td>
    </tr>
  );
}
