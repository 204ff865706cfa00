import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type SourceSpec, sourceSpec } from '../../contract';

const question = z.object({ open: z.array(sourceSpec) });
const addresses = z.object({
  /** Where the first one's page is; null: it has windows of its own. */
  url: z.string().nullable(),
  /** The same page, once. */
  ticketUrl: z.string().nullable(),
});
export type InstanceAddresses = z.infer<typeof addresses>;
const answer = addresses.extend({ pid: z.number().int() });
export type InstanceAnswer = z.infer<typeof answer>;

export interface Instance extends AsyncDisposable {
  readonly kind: 'first';
}
/** Somebody runs on this data folder already, and has been given the paths. */
export type InstanceClaim = Instance | ({ readonly kind: 'running' } & InstanceAnswer);

export interface ClaimOptions {
  readonly dataRoot: string;
  /** What a second start wants opened, when this one is the second. */
  readonly specs: readonly SourceSpec[];
  /** Called in the first one when a second hands its paths over. */
  readonly onSecond: (specs: SourceSpec[]) => InstanceAddresses;
}

/** One Stepscope per data folder, whichever shell: the first listens on a local socket there, the second finds it. */
export async function claimInstance(options: ClaimOptions): Promise<InstanceClaim> {
  const path = socketPath(options.dataRoot);
  // A stale socket needs a second turn; somebody quicker with that, a third.
  for (let turn = 0; turn < 3; turn++) {
    const running = await ask(path, options.specs);
    if (running !== undefined) return { kind: 'running', ...running };
    const server = await listen(path, options.onSecond);
    if (server !== undefined) return { kind: 'first', [Symbol.asyncDispose]: () => close(server, path) };
  }
  throw new Error(`${path} can neither be asked nor taken`);
}

/** In the data folder, or in a private folder where that path is too long for a socket. */
function socketPath(dataRoot: string): string {
  mkdirSync(dataRoot, { recursive: true, mode: 0o700 });
  const root = realpathSync(dataRoot);
  const hash = createHash('sha256').update(root).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\stepscope-${hash}`;
  const direct = join(root, 'instance.sock');
  if (direct.length < 90) return direct;
  const folder = join(tmpdir(), `stepscope-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${hash}.sock`);
}

/** Undefined when nobody listens. */
function ask(path: string, specs: readonly SourceSpec[]): Promise<InstanceAnswer | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
    onLine(socket, (line) => {
      resolve(answer.parse(JSON.parse(line)));
      socket.end();
    });
    socket.write(`${JSON.stringify({ open: specs })}\n`);
  });
}

/** Undefined when another process was quicker. Listens beside and links into place, because a link never replaces. */
async function listen(path: string, onSecond: ClaimOptions['onSecond']): Promise<Server | undefined> {
  const server = createServer((socket) => answerSecond(socket, onSecond));
  const isPipe = process.platform === 'win32';
  const beside = isPipe ? path : `${path}.${process.pid}`;
  const isListening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(beside, () => resolve(true));
  });
  if (!isListening) return undefined;
  if (isPipe) return server;
  try {
    if (link(beside, path)) return server;
    await putStaleAside(path);
    if (link(beside, path)) return server;
  } finally {
    rmSync(beside, { force: true });
  }
  server.close();
  return undefined;
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a socket that nobody answers on, unless it was replaced meanwhile. */
async function putStaleAside(path: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if ((await ask(aside, [])) !== undefined) link(aside, path);
  rmSync(aside, { force: true });
}

function answerSecond(socket: Socket, onSecond: ClaimOptions['onSecond']): void {
  // A second start that was killed in between.
  socket.on('error', () => socket.destroy());
  onLine(socket, (line) => {
    const asked = question.safeParse(safeJson(line));
    if (!asked.success) return socket.destroy();
    socket.end(`${JSON.stringify({ pid: process.pid, ...onSecond(asked.data.open) })}\n`);
  });
}

function onLine(socket: Socket, listener: (line: string) => void): void {
  const lines = createInterface({ input: socket });
  lines.on('error', () => lines.close());
  lines.once('line', listener);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function close(server: Server, path: string): Promise<void> {
  if (process.platform !== 'win32') rmSync(path, { force: true });
  return new Promise((resolve) => server.close(() => resolve()));
}
