import { basename, dirname, sep } from 'node:path';
import { type Database, identifier, literal } from '../../duckdb';
import { catalogOf, Shelf } from '../mirror';
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

export function isInArchive(location: string): boolean {
  return homeOf(location) !== undefined;
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
  shelved: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const shadowed = new Set<string>();
  if (archives.size === 0) return shadowed;
  await using connection = await database.acquire();
  await connection.execute(shadowedSql);
  await connection.execute('DELETE FROM memory.main.shadowed_sessions');
  for (const [archive, owners] of archives) {
    const theirs = owners.map((owner) => sessionIdsSql(owner, shelved)).join(' UNION ALL ');
    const found = await connection.execute(
      `INSERT INTO memory.main.shadowed_sessions SELECT $archive, session_no FROM ${identifier(catalogOf(archive))}.main.sessions
        WHERE session_no IS NOT NULL AND session_id IN (${theirs})`,
      { archive },
    );
    if (found > 0) shadowed.add(archive);
  }
  return shadowed;
}

function sessionIdsSql(sourceId: string, shelved: ReadonlySet<string>): string {
  if (!shelved.has(sourceId))
    return `SELECT session_id FROM ${identifier(catalogOf(sourceId))}.main.sessions`;
  return `SELECT session_id FROM ${identifier(Shelf.catalog)}.main.sessions WHERE source_id = ${literal(sourceId)}`;
}
