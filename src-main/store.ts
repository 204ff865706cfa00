import { openParentPort } from './core/parent-port';
import { StoreProcess } from './core/store-process/store-process';

/** The store process: a child of main, with sqld under it. Ends when main says so or is gone. */
const parent = openParentPort();
const store = new StoreProcess({ report: (report) => parent.post(report) });
let ending: Promise<void> | null = null;

function end(): Promise<void> {
  ending ??= store[Symbol.asyncDispose]().then(() => process.exit(0));
  return ending;
}

parent.onMessage((message) => {
  const isShutdown =
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'shutdown';
  // A rejection is a bug: it ends this process, its guard ends sqld, and main starts it again.
  void (isShutdown ? end() : store.command(message));
});
parent.onDisconnect(() => void end());
process.on('SIGTERM', () => void end());
// Ctrl-C in a terminal reaches the whole group; main decides.
process.on('SIGINT', () => {});
parent.post({ type: 'ready' });
