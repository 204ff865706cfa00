import { basename, dirname, sep } from 'node:path';
import { type Database, identifier } from '../../duckdb';
import { catalogOf } from '../mirror';
import shadowedSql from './sql/shadowed.sql?raw';

const FOLDER = 'archive';

interface Located {
  readonly sourceId: string;
  readonly location: string;
}

/**
 * Archives stay where they are: what lies in a folder named `archive` belongs to the sources beside that folder, and a session that one of
 * them still has is theirs. Here: archive → the sources it gives way to. Empty when nothing open is an archive.
 */
export function archivesAmong(sources: readonly Located[]): ReadonlyMap<string, readonly string[]> {
  const archives = new Map<string, readonly string[]>();
  for (const source of sources) {
    const home = homeOf(source.location);
    if (home === undefined) continue;
    const owners = sources.filter(
      ({ location }) =>
        (location === home || location.startsWith(home + sep)) && homeOf(location) === undefined,
    );
    if (owners.length > 0)
      archives.set(
        source.sourceId,
        owners.map(({ sourceId }) => sourceId),
      );
  }
  return archives;
}

/** The folder that holds the `archive` folder in which this lies; undefined for what is no archive. */
function homeOf(location: string): string | undefined {
  for (let path = location; dirname(path) !== path; path = dirname(path))
    if (basename(path) === FOLDER) return dirname(path);
  return undefined;
}

/** Notes which sessions of each archive the others have too; gives the archives that have such. */
export async function shadowArchives(
  database: Database,
  archives: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlySet<string>> {
  const shadowed = new Set<string>();
  if (archives.size === 0) return shadowed;
  await using connection = await database.acquire();
  await connection.execute(shadowedSql);
  await connection.execute('DELETE FROM memory.main.shadowed_sessions');
  for (const [archive, owners] of archives) {
    const theirs = owners.map((owner) => `SELECT session_id FROM ${sessionsOf(owner)}`).join(' UNION ALL ');
    const found = await connection.execute(
      `INSERT INTO memory.main.shadowed_sessions SELECT $archive, session_no FROM ${sessionsOf(archive)}
        WHERE session_no IS NOT NULL AND session_id IN (${theirs})`,
      { archive },
    );
    if (found > 0) shadowed.add(archive);
  }
  return shadowed;
}

function sessionsOf(sourceId: string): string {
  return `${identifier(catalogOf(sourceId))}.main.sessions`;
}
