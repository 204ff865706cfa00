import { realpathSync } from 'node:fs';
import type { Source, WorkspaceState } from '../contract';
import type { RunningApplication } from './application';

export interface Opening {
  readonly firstSessionsMs: number;
  readonly allStagesMs: number;
  readonly source: Source;
}

/** From the call to open a file until a page of sessions is there, and until its last stage has landed. */
export async function measureOpening(application: RunningApplication, file: string): Promise<Opening> {
  const path = realpathSync(file);
  const { data } = application;
  const stop = new AbortController();
  const states = await data.sources.watch(undefined, { signal: stop.signal });
  await states.next();
  const started = performance.now();
  let firstSessionsMs: number | undefined;
  const opened = data.sources.open({ specs: [{ kind: 'path', path }] });
  try {
    for await (const state of states) {
      const source = at(state, path);
      if (source === undefined) continue;
      if (firstSessionsMs === undefined && (await hasSessions(application))) {
        firstSessionsMs = performance.now() - started;
      }
      if (source.state !== 'reading' && firstSessionsMs !== undefined) {
        await opened;
        return { firstSessionsMs, allStagesMs: performance.now() - started, source };
      }
    }
  } finally {
    stop.abort();
  }
  throw new Error('the engine stopped telling');
}

function at(state: WorkspaceState, path: string): Source | undefined {
  return state.sources.find(({ spec }) => spec.kind === 'path' && spec.location === path);
}

async function hasSessions({ data }: RunningApplication): Promise<boolean> {
  const page = await data.sessions.list({
    scope: { q: '' },
    sort: { key: 'created', descending: true },
    offset: 0,
    limit: 50,
  });
  return page.rows.length > 0;
}
