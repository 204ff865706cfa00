/** What other programs do to files and ports while the application looks at them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '../..');
const cli = resolve(root, 'dist/node/cli.js');

export interface OtherProgram extends AsyncDisposable {
  /** The first line that it wrote. */
  readonly said: string;
}

async function untilItSays(child: ChildProcess): Promise<OtherProgram> {
  const { stdout } = child;
  if (stdout === null) throw new Error('the program has no output to read');
  const said = await new Promise<string>((found, failed) => {
    createInterface({ input: stdout }).once('line', found);
    child.once('exit', (code) => failed(new Error(`the program ended with ${String(code)}`)));
  });
  return {
    said,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Another process keeps an exclusive lock on a SQLite file. */
export function lockExclusively(path: string): Promise<OtherProgram> {
  const program = `import Database from 'libsql';
    const database = new Database(process.argv[1]);
    database.exec('BEGIN EXCLUSIVE');
    process.stdout.write('locked\\n');
    setInterval(() => {}, 1_000_000);`;
  const words = ['--input-type=module', '-e', program, path];
  return untilItSays(spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] }));
}

export interface RunningStore extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly readOnlyToken: string;
}

/** `stepscope store` on a folder of its own. */
export async function runStore(folder: string): Promise<RunningStore> {
  const program = await untilItSays(
    spawn(process.execPath, [cli, 'store', '--dir', `${folder}/store`, '--port', '0', '--json'], {
      env: { ...process.env, STEPSCOPE_HOME: `${folder}/store-home` },
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  const said: Omit<RunningStore, typeof Symbol.asyncDispose> = JSON.parse(program.said);
  return { ...said, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

/** A server on this machine: one that takes connections and never says a word, or the address of none at all. */
export async function openSilentServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()));
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  const url = await listen(server);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await close(server);
    },
  };
}

export async function addressOfNobody(): Promise<string> {
  const server = createServer();
  const url = await listen(server);
  await close(server);
  return url;
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((closed) => void server.close(() => closed()));
}

/** Another program that writes to a DuckDB file, with a session that is in its log alone. */
export function holdDuckDb(path: string): Promise<OtherProgram> {
  const script = `const { DuckDBInstance } = require('@duckdb/node-api');
    DuckDBInstance.create(process.argv[1]).then(async (instance) => {
      const connection = await instance.connect();
      await connection.run("SET checkpoint_threshold = '1GB'");
      await connection.run("INSERT INTO session_traces (session_id) VALUES ('only in the log')");
      console.log('held');
      setInterval(() => connection, 60_000);
    });`;
  return untilItSays(
    spawn(process.execPath, ['-e', script, path], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}
