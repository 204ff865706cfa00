import { EngineProcess } from './core/engine-process';
import { openParentPort } from './core/parent-port';

/** The engine process: a child of main that owns DuckDB. Ends when main says so or is gone. */
const parent = openParentPort();
const engine = new EngineProcess({
  report: (report) => parent.post(report),
  log: (event) =>
    void process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`),
});
let ending: Promise<void> | null = null;

function end(): Promise<void> {
  ending ??= engine[Symbol.asyncDispose]().then(() => process.exit(0));
  return ending;
}

parent.onMessage((message, handle) => {
  const isShutdown =
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'shutdown';
  // A rejection is a bug: it ends this process, and main starts it again with what was open.
  void (isShutdown ? end() : engine.command(message, handle));
});
parent.onDisconnect(() => void end());
process.on('SIGTERM', () => void end());
// Ctrl-C in a terminal reaches the whole group; main decides.
process.on('SIGINT', () => {});
