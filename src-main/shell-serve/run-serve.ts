import { specOfArgument } from '../core/app';
import { hasScreen, openInBrowser } from './browser';
import { showWindow } from './show-window';
import { type Serve, startServe } from './start-serve';

export interface ServeOptions {
  /** Files, folders and URLs to open. */
  readonly paths: readonly string[];
  readonly port?: number;
  /** Show the page: an app window of an installed browser, else the default browser. */
  readonly open: boolean;
  /** Print one line of JSON instead of sentences. */
  readonly json: boolean;
  /** The folder that the in-page file picker stays under. */
  readonly root?: string;
  readonly version: string;
  readonly print: (line: string) => void;
}

/** `stepscope serve`: runs until Ctrl-C, a closed terminal, Quit in the page, or until the app window that it opened is closed. */
export async function runServe(options: ServeOptions): Promise<void> {
  const specs = options.paths.map((path) => specOfArgument(path, process.cwd()));
  const started = await startServe({
    specs,
    browseRoot: options.root ?? '/',
    version: options.version,
    // Who brings traces along, or wants none (STEPSCOPE_DEMO=0), does not need ours.
    demo: specs.length === 0 && process.env.STEPSCOPE_DEMO !== '0',
    ...(options.port !== undefined && { port: options.port }),
  });
  if (started.kind === 'running') {
    const where = started.url ?? 'in its window';
    if (options.json) options.print(JSON.stringify({ url: started.url, pid: started.pid, running: true }));
    else options.print(`Stepscope is running already (process ${started.pid}): ${where}`);
    if (options.open && started.ticketUrl !== null && hasScreen()) await openInBrowser(started.ticketUrl);
    return;
  }
  await using serve = started;
  const ended = untilToldToEnd(serve);
  options.print(options.json ? JSON.stringify({ url: serve.url }) : `Stepscope is at ${serve.url}`);
  if (!options.open) {
    // Not `return ended`: the server would be disposed before that is waited for.
    await ended;
    return;
  }
  await using window = await showWindow(serve, (line) => (options.json ? undefined : options.print(line)));
  await Promise.race([ended, window.closed]);
}

function untilToldToEnd(serve: Serve): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // A closed terminal also breaks the pipe that lines are printed to.
  process.stdout.on('error', () => {});
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve());
    serve.quit.then(resolve, resolve);
  });
}
