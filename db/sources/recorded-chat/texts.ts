import { basename } from 'node:path';
import type { SessionStatus } from '../../model';
import { toJson } from '../documents';

/** A text as a title: its first line that says something, at most so long. */
export function titleOf(text: string, most = 120): string | null {
  const line = text
    .split('\n')
    .find((one) => one.trim() !== '')
    ?.trim();
  if (line === undefined) return null;
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}

/** A session's own word of its end, in its metadata: the mirror believes it before it asks the steps. */
export function metadataOf(
  said: Readonly<Record<string, unknown>>,
  end: { readonly status: SessionStatus; readonly endedAt?: string | null },
): string {
  const { status, endedAt = null } = end;
  return toJson({ ...said, status, ...(endedAt === null ? {} : { ended_at: endedAt }) });
}

/** A file's name without its folders and endings. */
export function stemOf(path: string): string {
  return basename(path.replaceAll('\\', '/')).replace(/(?:\.(?:jsonl?|ndjson|traj|eval|csv|gz|zst))+$/i, '');
}

/** The first use of a name as it is, later ones numbered. */
export class Names {
  private readonly used = new Map<string, number>();

  take(wanted: string): string {
    const count = (this.used.get(wanted) ?? 0) + 1;
    this.used.set(wanted, count);
    return count === 1 ? wanted : `${wanted} #${count}`;
  }
}
