import { KnownEvents, loud, Preventable, state } from './state';
import { makeWebContents, type WebContents } from './web-contents';

const windows = new Set<BrowserWindow>();
let focused: BrowserWindow | null = null;

const events = [
  'ready-to-show',
  'close',
  'closed',
  'show',
  'focus',
  'blur',
  'resize',
  'move',
  'maximize',
  'unmaximize',
  'enter-full-screen',
  'leave-full-screen',
  'page-title-updated',
];

export class BrowserWindow extends KnownEvents {
  readonly webContents: WebContents;
  readonly id: number;
  private bounds: Electron.Rectangle;
  private isShown: boolean;
  private isPainted = false;
  private isGone = false;
  private maximised = false;
  private minimised = false;
  private fullScreen = false;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super('BrowserWindow', events);
    // What everybody holds: reading a member that is not here throws.
    const self = loud('BrowserWindow', this);
    this.bounds = {
      x: options.x ?? 0,
      y: options.y ?? 0,
      width: options.width ?? 800,
      height: options.height ?? 600,
    };
    this.isShown = options.show !== false;
    this.webContents = makeWebContents(self, options);
    this.id = this.webContents.id;
    windows.add(self);
    setImmediate(() => state.application.emit('web-contents-created', new Preventable(), this.webContents));
    // biome-ignore lint/correctness/noConstructorReturn: the proxy is the window
    return self;
  }

  /** The page drew something for the first time. */
  painted(): void {
    if (this.isPainted) return;
    this.isPainted = true;
    this.emit('ready-to-show');
  }
  gone(): void {
    if (this.isGone) return;
    this.isGone = true;
    windows.delete(this);
    if (focused === this) focused = null;
    this.webContents.markDestroyed();
    this.emit('closed');
    if (windows.size === 0) state.application.allWindowsClosed();
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }
  show(): void {
    this.isShown = true;
    this.emit('show');
    this.focus();
  }
  isVisible(): boolean {
    return this.isShown && !this.minimised;
  }
  focus(): void {
    if (focused === this || this.isGone) return;
    focused = this;
    this.emit('focus');
  }
  isFocused(): boolean {
    return focused === this;
  }
  close(): void {
    if (this.isGone) return;
    const event = new Preventable();
    this.emit('close', event);
    if (event.defaultPrevented) state.quitting = false;
    else this.destroy();
  }
  destroy(): void {
    this.webContents.closeTarget().catch((error: unknown) => console.error(error));
  }
  isDestroyed(): boolean {
    return this.isGone;
  }
  getBounds(): Electron.Rectangle {
    return { ...this.bounds };
  }
  getNormalBounds(): Electron.Rectangle {
    return { ...this.bounds };
  }
  setBounds(bounds: Partial<Electron.Rectangle>): void {
    this.bounds = { ...this.bounds, ...bounds };
    this.webContents.setSize(this.bounds.width, this.bounds.height);
    this.emit('resize');
    this.emit('move');
  }
  maximize(): void {
    this.maximised = true;
    this.emit('maximize');
  }
  unmaximize(): void {
    this.maximised = false;
    this.emit('unmaximize');
  }
  isMaximized(): boolean {
    return this.maximised;
  }
  minimize(): void {
    this.minimised = true;
  }
  restore(): void {
    this.minimised = false;
  }
  isMinimized(): boolean {
    return this.minimised;
  }
  setFullScreen(fullScreen: boolean): void {
    this.fullScreen = fullScreen;
    this.emit(fullScreen ? 'enter-full-screen' : 'leave-full-screen');
  }
  isFullScreen(): boolean {
    return this.fullScreen;
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }
  static getFocusedWindow(): BrowserWindow | null {
    return focused;
  }
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return [...windows].find((window) => window.webContents === contents) ?? null;
  }
}
