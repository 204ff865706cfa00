import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { TableProperties } from 'lucide-react';
import { runCommand } from '../app/commands';
import { Async, Button, EmptyState, Skeleton } from '../ui';
import { MappingEditor } from './mapping-editor';
import styles from './mapping-screen.module.css';
import { surveyOf } from './queries';

const route = getRouteApi('/mapping');

/** A file of a schema that is not known: what its columns are, proposed and to be changed. */
export function MappingScreen() {
  const { path, source } = route.useSearch();
  if (path === undefined) return <NoFile />;
  return <Surveyed key={`${path}\n${source ?? ''}`} path={path} sourceId={source ?? null} />;
}

function Surveyed({ path, sourceId }: { readonly path: string; readonly sourceId: string | null }) {
  const survey = useQuery(surveyOf(path));
  const skeleton = (
    <div className={styles.loading}>
      <Skeleton lines={8} />
    </div>
  );
  return (
    <Async query={survey} skeleton={skeleton}>
      {(found) => <MappingEditor survey={found} sourceId={sourceId} />}
    </Async>
  );
}

function NoFile() {
  return (
    <EmptyState
      icon={<TableProperties size={28} aria-hidden />}
      title="No file to map"
      action={<Button onClick={() => runCommand('file.open')}>Open file…</Button>}
    >
      A CSV, JSON Lines, Parquet, SQLite or DuckDB file of a schema that is not known is mapped here when it
      is opened.
    </EmptyState>
  );
}
