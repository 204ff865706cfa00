/** The double's `electron` executable: `electron [-r hook] [--inspect=0] [--remote-debugging-port=0] [switches] <app> [arguments]`. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import inspector from 'node:inspector';
import Module from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, electron } from './electron';

interface CommandLine {
  readonly hooks: readonly string[];
  readonly inspect: string | undefined;
  readonly debugPort: string | undefined;
  readonly entry: string;
}

/** What is ours is taken away; every other switch is Chromium's, as with Electron. */
function readCommandLine(words: readonly string[]): CommandLine {
  const hooks: string[] = [];
  let inspect: string | undefined;
  let debugPort: string | undefined;
  let entry: string | undefined;
  const rest = words.values();
  for (const word of rest) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/.exec(word) ?? [];
    if (word === '-r' || word === '--require') hooks.push(String(rest.next().value));
    else if (name === 'inspect' && entry === undefined) inspect = value ?? '9229';
    else if (name === 'remote-debugging-port' && entry === undefined) debugPort = value;
    else if (name !== undefined) app.commandLine.appendSwitch(name, value ?? '');
    else entry ??= word;
  }
  return { hooks, inspect, debugPort, entry: entry ?? '.' };
}

interface Package {
  readonly main?: string;
  readonly type?: string;
  readonly version?: string;
  readonly productName?: string;
  readonly name?: string;
}

function readPackage(entry: string): { root: string; main: string; contents: Package } {
  const path = resolve(entry);
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  let root = isFolder ? path : dirname(path);
  while (!existsSync(join(root, 'package.json')) && root !== dirname(root)) root = dirname(root);
  const contents: Package = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { root, main: isFolder ? resolve(root, contents.main ?? 'index.js') : path, contents };
}

const ourId = '/electron-double/electron';
const names = new Set(['electron', 'electron/main', 'electron/common']);

/** `electron` resolves to the double: for require (which Playwright's hook uses, too) and for import. */
function answerToElectron(): void {
  const internals = Module as unknown as {
    _resolveFilename(request: string, ...rest: unknown[]): string;
    _cache: Record<string, unknown>;
  };
  const resolveFilename = internals._resolveFilename;
  internals._resolveFilename = (request, ...rest) =>
    names.has(request) ? ourId : Reflect.apply(resolveFilename, Module, [request, ...rest]);
  internals._cache[ourId] = Object.assign(new Module(ourId), { loaded: true, exports: electron });
  Object.assign(globalThis, { __electronDouble: electron });
  const exported = Object.keys(electron).map((name) => `export const ${name} = electron.${name};`);
  const source = `const electron = globalThis.__electronDouble; export default electron; ${exported.join(' ')}`;
  const url = JSON.stringify(`data:text/javascript,${encodeURIComponent(source)}`);
  const hooks = `const names = new Set(${JSON.stringify([...names])});
    export async function resolve(name, context, next) {
      return names.has(name) ? { url: ${url}, shortCircuit: true } : next(name, context);
    }`;
  Module.register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}

async function run(): Promise<void> {
  const executable = process.argv[1] ?? 'electron';
  const commandLine = readCommandLine(process.argv.slice(2));
  process.argv.splice(0, 2, executable);
  const versions: { electron: string } = JSON.parse(readFileSync(join(__dirname, 'versions.json'), 'utf8'));
  Object.defineProperty(process.versions, 'electron', { value: versions.electron, enumerable: true });
  Object.assign(process, { type: 'browser', defaultApp: true, resourcesPath: join(__dirname, 'resources') });
  answerToElectron();
  const { root, main, contents } = readPackage(commandLine.entry);
  if (!existsSync(main)) throw new Error(`Unable to find Electron app at ${main}`);
  app.configure(root, contents);
  process.once('SIGTERM', () => app.quit());
  process.once('SIGINT', () => app.quit());
  // Prints the "Debugger listening on ws://…" that Playwright waits for.
  if (commandLine.inspect !== undefined)
    inspector.open(Number(commandLine.inspect.split(':').at(-1)), '127.0.0.1', false);
  const required = Module.createRequire(join(root, 'package.json'));
  for (const hook of commandLine.hooks) required(resolve(hook));
  if (contents.type === 'module' || main.endsWith('.mjs')) await import(pathToFileURL(main).href);
  else required(main);
  await app.launch(commandLine.debugPort);
}

function fail(error: unknown): void {
  console.error('A JavaScript error occurred in the main process\n', error);
  process.exit(1);
}
process.on('uncaughtException', fail);
run().catch(fail);
