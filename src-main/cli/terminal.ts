import { ExpectedError } from '../../db/model';
import { BrokenPipe } from './failure';

/** The process as a command sees it: the result goes to stdout, all else to stderr; `signal` says that it shall stop. */
export interface Terminal {
  readonly signal: AbortSignal;
  /** The result. Resolves when the reader has taken it, so that no output piles up in memory. */
  write(text: string): Promise<void>;
  /** Something to know that is no result. */
  warn(line: string): void;
  /** Said only to a person: stderr is a terminal. */
  note(line: string): void;
  /** One line that is replaced; only when stderr is a terminal. '' removes it. */
  progress(line: string): void;
}

const CLEAR_LINE = '\r\u001b[K';

export class ProcessTerminal implements Terminal {
  readonly signal: AbortSignal;
  /** The signal that asked us to stop. */
  stoppedBy: NodeJS.Signals | null = null;
  private hasProgress = false;

  constructor() {
    const controller = new AbortController();
    this.signal = controller.signal;
    // Failures of single writes come with the write; without a listener they would end the process as well.
    process.stdout.on('error', () => undefined);
    process.stderr.on('error', () => undefined);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        // Asked again: at once.
        if (this.stoppedBy !== null) process.exit(name === 'SIGINT' ? 130 : 143);
        this.stoppedBy = name;
        controller.abort();
      });
    }
  }

  async write(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(text, (error) => {
        if (error) reject(translateWrite(error));
        else resolve();
      });
    });
  }

  warn(line: string): void {
    this.progress('');
    process.stderr.write(`${line}\n`);
  }

  note(line: string): void {
    if (process.stderr.isTTY) this.warn(line);
  }

  progress(line: string): void {
    if (!process.stderr.isTTY || (line === '' && !this.hasProgress)) return;
    this.hasProgress = line !== '';
    process.stderr.write(CLEAR_LINE + line.slice(0, Math.max(20, process.stderr.columns - 1)));
  }
}

function translateWrite(error: Error): Error {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') return new BrokenPipe();
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ExpectedError(
      'DISK_FULL',
      'The disk is full: the output could not be written.',
      { action: 'Free some space, or write to another disk.' },
      { cause: error },
    );
  }
  return error;
}
