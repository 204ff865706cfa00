import type { PipelineRequest, StreamResult } from './hrana';

/** What a pipeline did to the database, told from its statements and their results. */
export interface Tally {
  readonly commits: number;
  /** Rows of those commits. */
  readonly rows: number;
  /** Rows of a transaction that is still open. */
  readonly pendingRows: number;
}

interface Done {
  readonly sql: string | undefined;
  readonly rows: number;
}

/** Counts commits; `pendingRows` is what the transaction that was open before has written, null when there was none. */
export function tally(
  request: PipelineRequest,
  results: readonly StreamResult[],
  pendingRows: number | null,
): Tally {
  let commits = 0;
  let rows = 0;
  let pending = pendingRows;
  for (const each of doneStatements(request, results)) {
    const verb = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*([a-z]+)(\s+to\b)?/i.exec(each.sql ?? '');
    const word = verb?.[1]?.toUpperCase();
    if (word === 'BEGIN') pending = 0;
    else if (word === 'COMMIT' || word === 'END') {
      if (pending) commits++;
      rows += pending ?? 0;
      pending = null;
    } else if (word === 'ROLLBACK' && verb?.[2] === undefined) pending = null;
    else if (pending !== null) pending += each.rows;
    else if (each.rows > 0 || each.sql === undefined) {
      commits++;
      rows += each.rows;
    }
  }
  return { commits, rows, pendingRows: pending ?? 0 };
}

/** The statements that succeeded. A script tells no row counts and has no single verb: it stands as one without text. */
function doneStatements(request: PipelineRequest, results: readonly StreamResult[]): Done[] {
  const stored = new Map<number, string>();
  const textOf = (part: { sql?: string | null | undefined; sql_id?: number | null | undefined }) =>
    part.sql ?? stored.get(part.sql_id ?? -1) ?? '';
  return request.requests.flatMap((each, index): Done[] => {
    if (each.type === 'store_sql') stored.set(each.sql_id, each.sql);
    const outcome = results[index];
    if (outcome?.type !== 'ok') return [];
    const { result } = outcome.response;
    switch (each.type) {
      case 'execute':
        return [{ sql: textOf(each.stmt), rows: result?.affected_row_count ?? 0 }];
      case 'batch':
        return each.batch.steps.flatMap((step, at) => {
          const done = result?.step_results?.[at];
          return done ? [{ sql: textOf(step.stmt), rows: done.affected_row_count ?? 0 }] : [];
        });
      case 'sequence':
        return [{ sql: undefined, rows: 0 }];
      default:
        return [];
    }
  });
}
