/** `app`: life, paths, the single-instance lock. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChromium } from './browser';
import { KnownEvents, loud, Preventable, state } from './state';
import { watchTargets } from './targets';
import { BrowserWindow } from './window';

class CommandLine {
  readonly switches = new Map<string, string>();
  appendSwitch(name: string, value = ''): void {
    this.switches.set(name.toLowerCase(), value);
  }
  hasSwitch(name: string): boolean {
    return this.switches.has(name.toLowerCase());
  }
  getSwitchValue(name: string): string {
    return this.switches.get(name.toLowerCase()) ?? '';
  }
}

const events = [
  'ready',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'activate',
  'second-instance',
  'web-contents-created',
  'open-file',
];

/** What a second instance says to the first. */
interface Handed {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly additionalData: Record<string, unknown>;
}

export class App extends KnownEvents {
  readonly commandLine = loud('commandLine', new CommandLine());
  name = 'Electron';
  readonly isPackaged = false;
  private readonly paths = new Map<string, string>();
  private root = process.cwd();
  private version = '0.0.0';
  private lock: Server | undefined;

  constructor() {
    super('app', events);
  }
  /** Called by the executable. */
  configure(root: string, packageJson: { version?: string; productName?: string; name?: string }): void {
    this.root = root;
    this.version = packageJson.version ?? '0.0.0';
    this.name = packageJson.productName ?? packageJson.name ?? 'Electron';
  }
  async launch(debugPort: string | undefined): Promise<void> {
    const switches = new Map(this.commandLine.switches);
    for (const ours of ['inspect', 'remote-debugging-port', 'user-data-dir']) switches.delete(ours);
    const profile = join(this.getPath('userData'), 'chromium-profile');
    const started = await startChromium({ profile, switches, debugPort });
    state.start(started);
    started.cdp.onDisconnected(() => {
      if (state.quitting) return;
      console.error('ElectronDouble: Chromium is gone');
      process.exit(1);
    });
    await watchTargets();
    state.ready.resolve();
    this.emit('ready', new Preventable(), {});
  }
  whenReady(): Promise<void> {
    return state.ready.promise;
  }
  getAppPath(): string {
    return this.root;
  }
  getVersion(): string {
    return this.version;
  }
  getPath(name: 'home' | 'appData' | 'userData' | 'temp'): string {
    const applicationData = process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
    const usual = {
      home: homedir(),
      temp: tmpdir(),
      appData: applicationData,
      userData: this.commandLine.getSwitchValue('user-data-dir') || join(applicationData, this.name),
    };
    const path = this.paths.get(name) ?? usual[name];
    if (path === undefined) throw new Error(`ElectronDouble: app.getPath('${name}') is not implemented`);
    return path;
  }
  setPath(name: string, path: string): void {
    mkdirSync(path, { recursive: true });
    this.paths.set(name, path);
  }
  quit(): void {
    if (state.quitting) return;
    const event = new Preventable();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    state.quitting = true;
    const windows = BrowserWindow.getAllWindows();
    if (windows.length === 0) this.finish(0);
    // A prevented 'close' takes the quitting back.
    for (const window of windows) window.close();
  }
  /** The last window went. */
  allWindowsClosed(): void {
    if (state.quitting) this.finish(0);
    else if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
    else this.quit();
  }
  exit(code = 0): void {
    state.quitting = true;
    this.emit('quit', new Preventable(), code);
    const end = () => {
      this.lock?.close();
      process.exit(code);
    };
    const browser = state.browser;
    if (!browser || browser.child.exitCode !== null || browser.cdp.closed) {
      end();
      return;
    }
    browser.child.once('exit', end);
    browser.cdp.send('Browser.close').catch(end);
  }
  focus(): void {
    BrowserWindow.getAllWindows()[0]?.focus();
  }
  enableSandbox(): void {}
  setAboutPanelOptions(): void {}

  requestSingleInstanceLock(additionalData: Record<string, unknown> = {}): boolean {
    if (this.lock) return true;
    // In tmp, named after userData: the path of a socket may not exceed 107 bytes.
    const name = createHash('sha1').update(this.getPath('userData')).digest('hex').slice(0, 16);
    const socket = join(tmpdir(), `electron-double-${name}.sock`);
    if (existsSync(socket) && this.tellFirstInstance(socket, additionalData)) return false;
    rmSync(socket, { force: true });
    this.lock = createServer({ allowHalfOpen: true }, (connection) => {
      let text = '';
      connection.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      connection.on('end', () => {
        const { argv, cwd, additionalData: data }: Handed = JSON.parse(text);
        this.emit('second-instance', new Preventable(), argv, cwd, data);
        connection.end();
      });
    }).listen(socket);
    this.lock.unref();
    return true;
  }

  private finish(code: number): void {
    const event = new Preventable();
    this.emit('will-quit', event);
    if (event.defaultPrevented) state.quitting = false;
    else this.exit(code);
  }
  /** Electron's answer is synchronous: a short-lived Node carries the message over while this one waits. */
  private tellFirstInstance(socket: string, additionalData: Record<string, unknown>): boolean {
    return tellSynchronously(
      socket,
      JSON.stringify({ argv: process.argv, cwd: process.cwd(), additionalData } satisfies Handed),
    );
  }
}

function tellSynchronously(socket: string, message: string): boolean {
  const script = `const s=require('node:net').connect(${JSON.stringify(socket)});
    s.once('error',()=>process.exit(1));s.once('close',()=>process.exit(0));s.resume();s.end(${JSON.stringify(message)})`;
  return spawnSync(process.execPath, ['-e', script], { timeout: 5_000 }).status === 0;
}
