import { resolve } from 'node:path';
import { writeDemoInto } from '../../../db/tracer/demo';
import type { Terminal } from '../terminal';

export interface DemoOptions {
  readonly json?: boolean;
}

/** `demo DIR`: a store with the demo's traces, written by the tracer as an agent would. DIR can then be opened, or run with `store`. */
export async function demo(terminal: Terminal, folder: string, options: DemoOptions): Promise<void> {
  terminal.progress('Writing the demo');
  try {
    const { sessions, directory } = await writeDemoInto(resolve(folder), { signal: terminal.signal });
    terminal.progress('');
    const sentence = `${sessions} sessions were written into ${directory}\n`;
    await terminal.write(options.json ? `${JSON.stringify({ directory, sessions })}\n` : sentence);
  } finally {
    terminal.progress('');
  }
}
