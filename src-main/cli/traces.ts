import { createRouterClient, type RouterClient } from '@orpc/server';
import {
  type OpenResult,
  type OpenSource,
  openWorkspace,
  type Workspace,
} from '../../db/analytics/workspace';
import { type Failure, toError } from '../../db/model';
import { type StageName, stageNames } from '../../db/sources';
import type { SourceSpec } from '../contract';
import { dataRoot, makeDataFolder, specOfArgument } from '../core/app';
import { createDataRouter, type DataRouter } from '../core/engine';
import { Jobs } from '../core/jobs';
import { loadMapping, openMappingMemory } from '../core/mappings';
import { lineOf, UsageError } from './failure';
import type { Terminal } from './terminal';

export interface OpenOptions {
  /** For a URL; absent: TURSO_AUTH_TOKEN. */
  readonly token?: string | undefined;
  /** A copy of the file as it stands now, for one that another program holds. */
  readonly snapshot?: boolean | undefined;
  /** A file that says what the columns of PATH are. */
  readonly mapping?: string | undefined;
}

/** What PATH means: a file, a folder, or the URL of a libsql or sqld database. */
export function specOf(location: string, options: OpenOptions): SourceSpec {
  const spec = specOfArgument(location, process.cwd());
  if (spec.kind === 'path' && options.snapshot === true) return { ...spec, snapshot: true };
  const token = options.token ?? process.env.TURSO_AUTH_TOKEN;
  return spec.kind === 'remote' && token !== undefined && token !== '' ? { ...spec, token } : spec;
}

async function withMapping(spec: SourceSpec, { mapping }: OpenOptions): Promise<SourceSpec> {
  if (mapping === undefined) return spec;
  if (spec.kind !== 'path') throw new UsageError('--mapping is for a file.');
  return { ...spec, mapping: await loadMapping(mapping) };
}

/** With the mirrors and the mappings of the application. */
export function openOwnWorkspace(): Promise<Workspace> {
  const { cache, mappings } = makeDataFolder(dataRoot());
  return openWorkspace({ cacheFolder: cache, log, mappings: openMappingMemory(mappings, log) });
}

/** The same PATH for a process with another working folder. */
export function locationOfArgument(argument: string): string {
  const spec = specOfArgument(argument, process.cwd());
  return spec.kind === 'path' ? spec.path : argument;
}

/** One opened PATH with the engine's router on it, in this process. */
export class Traces implements AsyncDisposable {
  /** Files of an opened folder that are traces and could not be opened. */
  failures: readonly { readonly path: string; readonly failure: Failure }[] = [];
  /** Files of an opened folder that are of no known format. */
  unknownFiles: OpenResult['unknownFiles'] = null;

  private constructor(
    readonly workspace: Workspace,
    readonly client: RouterClient<DataRouter>,
    private readonly jobs: Jobs,
    readonly terminal: Terminal,
  ) {}

  /** Opens the same mirrors as the application. The failure of the PATH is thrown. */
  static async open(location: string, options: OpenOptions, terminal: Terminal): Promise<Traces> {
    const spec = await withMapping(specOf(location, options), options);
    const workspace = await openOwnWorkspace();
    const jobs = new Jobs(log);
    const client = createRouterClient(createDataRouter(workspace, jobs, { log }));
    const traces = new Traces(workspace, client, jobs, terminal);
    try {
      const [result] = await workspace.open([spec], terminal.signal);
      if (result === undefined) throw new Error('Nothing was asked for.');
      if (result.failure) {
        for (const { failure } of result.failures.slice(1)) terminal.warn(lineOf(failure));
        throw toError(result.failure);
      }
      traces.unknownFiles = result.unknownFiles;
      traces.failures = result.failures;
    } catch (error) {
      await traces[Symbol.asyncDispose]();
      throw error;
    }
    return traces;
  }

  get sources(): readonly OpenSource[] {
    return this.workspace.state().sources;
  }

  /** Waits until every source is past a stage; absent: read to its end. */
  async read(through?: StageName): Promise<void> {
    const { workspace, terminal } = this;
    using _shown = workspace.onChange(() => terminal.progress(progressLine(this.sources)));
    try {
      if (through === undefined) await workspace.settled(terminal.signal);
      else await this.pass(through);
    } finally {
      terminal.progress('');
    }
  }

  /** What was lost while reading: said on stderr, and the first of it is the command's end once the rest has been shown. */
  async complain(): Promise<void> {
    const failures = [
      ...this.failures.map(({ failure }) => failure),
      ...this.sources.flatMap((source) => (source.error === null ? [] : [source.error])),
    ];
    const [first, ...others] = failures;
    for (const failure of others) this.terminal.warn(lineOf(failure));
    if (first !== undefined) throw toError(first);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.jobs[Symbol.asyncDispose]();
    await this.workspace[Symbol.asyncDispose]();
  }

  private async pass(through: StageName): Promise<void> {
    const { workspace, terminal } = this;
    const settled = workspace.settled(terminal.signal);
    let listening: Disposable | undefined;
    const passed = new Promise<void>((resolve) => {
      const look = () => {
        if (this.sources.every((source) => isPast(source, through))) resolve();
      };
      listening = workspace.onChange(look);
      look();
    });
    try {
      await Promise.race([settled, passed]);
    } finally {
      listening?.[Symbol.dispose]();
      // What is still being read ends with the workspace.
      settled.catch(() => undefined);
    }
  }
}

function isPast(source: OpenSource, through: StageName): boolean {
  if (source.state !== 'reading') return true;
  return source.progress !== null && stageNames.indexOf(source.progress.stage) > stageNames.indexOf(through);
}

function progressLine(sources: readonly OpenSource[]): string {
  const reading = sources.find((source) => source.progress !== null);
  if (reading?.progress === undefined || reading.progress === null) return '';
  const { stage, done, total } = reading.progress;
  const of = total === null ? '' : ` of ${total.toLocaleString('en-US')}`;
  return `${reading.name}: reading ${stage} ${done.toLocaleString('en-US')}${of}`;
}

/** `STEPSCOPE_DEBUG=1` shows what the engine notes, one JSON line an event. */
function log(event: Readonly<Record<string, unknown>>): void {
  if (process.env.STEPSCOPE_DEBUG === '1') process.stderr.write(`${JSON.stringify(event)}\n`);
}
