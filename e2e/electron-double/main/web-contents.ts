/** A page: its target in Chromium, navigation, and the one way from main to the preload, ports included. */

import { decode, encode } from '../codec';
import type { Session } from './cdp';
import { DroppedFiles } from './dropped-files';
import { itemOfKey, type Key } from './menu';
import { type MessagePortMain, RemotePorts } from './ports';
import { binding, isolatedWorld, isolatedWorldSource, mainWorldSource } from './preload-source';
import { fromHttp, isHandled, toHttp } from './protocol';
import { answerRequest } from './requests';
import { applyPermissions, session } from './session';
import { KnownEvents, loud, Preventable, state } from './state';
import { createTarget, forgetTarget, type PausedRequest } from './targets';
import type { BrowserWindow } from './window';

type WindowOpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0];
type FromPreload =
  | { kind: 'port'; id: string; data: unknown }
  | { kind: 'port-closed'; id: string }
  | { kind: 'key'; key: Key }
  | { kind: 'dropped'; count: number }
  | { kind: 'preload-error'; message: string };

const events = [
  'did-finish-load',
  'did-fail-load',
  'will-navigate',
  'will-frame-navigate',
  'will-redirect',
  'will-attach-webview',
  'render-process-gone',
  'preload-error',
  'destroyed',
];
let lastId = 0;

interface LoadWaiter {
  readonly url: string;
  resolve(): void;
  reject(error: Error): void;
}

export class WebContents extends KnownEvents {
  readonly id: number;
  readonly session = session.defaultSession;
  readonly ready: Promise<void>;
  targetId = '';
  private channel: Session | undefined;
  private url = '';
  private zoomLevel = 0;
  private isGone = false;
  private isAttaching = false;
  private ownNavigations = 0;
  private navigationByPage: string | undefined;
  private isolatedContext: number | undefined;
  private readonly isolatedContexts = new Set<number>();
  private readonly frames = new Set<string>();
  private openHandler: WindowOpenHandler | undefined;
  private loadWaiters: LoadWaiter[] = [];
  private outbox: Promise<unknown> = Promise.resolve();
  private markReady: () => void = () => undefined;
  private readonly ports = new RemotePorts({
    data: (id, data) => this.deliver({ kind: 'port', id, data: encode(data) }),
    closed: (id) => this.deliver({ kind: 'port-closed', id }),
  });
  private readonly dropped = new DroppedFiles(
    () => ({ channel: this.channel, context: this.isolatedContext }),
    (message) => this.deliver(message),
  );

  constructor(
    private readonly window: BrowserWindow,
    private readonly options: Electron.BrowserWindowConstructorOptions,
  ) {
    super('WebContents', events);
    lastId += 1;
    this.id = lastId;
    this.ready = new Promise<void>((resolve) => {
      this.markReady = resolve;
    });
    const { nodeIntegration, contextIsolation, sandbox, webviewTag } = options.webPreferences ?? {};
    if (nodeIntegration || contextIsolation === false || sandbox === false || webviewTag)
      throw new Error('ElectronDouble: only isolated, sandboxed pages are implemented');
  }

  // -- the target -------------------------------------------------------------------------------------------------------------

  /**
   * The target is made by the first loadURL, on its way to that URL; its document request is held until everything is in place. So
   * neither the page nor Playwright sees an about:blank that the application did not ask for.
   */
  private async attach(url: string): Promise<void> {
    await state.ready.promise;
    const size = { width: this.options.width ?? 800, height: this.options.height ?? 600 };
    const channel = await createTarget(this, { url, ...size }, (targetId) => {
      this.targetId = targetId;
    });
    this.channel = channel;
    this.listen(channel);
    const answered = Promise.all([
      channel.send('Page.enable'),
      channel.send('Runtime.enable'),
      channel.send('Page.setLifecycleEventsEnabled', { enabled: true }),
      channel.send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 0, mobile: false }),
      channel.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldSource() }),
      channel.send('Runtime.addBinding', { name: binding, executionContextName: isolatedWorld }),
      channel.send('Page.addScriptToEvaluateOnNewDocument', {
        worldName: isolatedWorld,
        source: isolatedWorldSource(this.options.webPreferences?.preload),
      }),
      this.emulateColorScheme(),
      // Last in line: the commands of one channel are handled in order.
      channel.send('Runtime.runIfWaitingForDebugger'),
    ]);
    answered.catch(() => undefined);
    await applyPermissions(this as unknown as Electron.WebContents);
    // The headless shell makes no renderer before the first commit: its answers come only after the document that is held here.
    if (!state.browser?.product.startsWith('HeadlessChrome/')) await answered;
    this.markReady();
  }

  private listen(channel: Session): void {
    channel.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== isolatedWorld) return;
      this.isolatedContexts.add(context.id);
      const { frameId }: { frameId?: string } = context.auxData ?? {};
      if (frameId === this.targetId) this.isolatedContext = context.id;
    });
    channel.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      this.isolatedContexts.delete(executionContextId);
      if (this.isolatedContext === executionContextId) this.isolatedContext = undefined;
    });
    channel.on('Runtime.executionContextsCleared', () => {
      this.isolatedContexts.clear();
      this.isolatedContext = undefined;
    });
    channel.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      // Only the preload's world may speak.
      if (name === binding && this.isolatedContexts.has(executionContextId)) this.hear(JSON.parse(payload));
    });
    channel.on('Page.frameAttached', ({ frameId }) => this.frames.add(frameId));
    channel.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId) return;
      this.ports.closeAll();
      this.url = frame.url + (frame.urlFragment ?? '');
      if (frame.unreachableUrl) this.loadFailed('net::ERR_FAILED', fromHttp(frame.unreachableUrl));
    });
    channel.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId === this.targetId) this.url = url;
    });
    channel.on('Page.loadEventFired', () => {
      this.emit('did-finish-load');
      for (const waiter of this.loadWaiters.splice(0)) waiter.resolve();
    });
    channel.on('Page.lifecycleEvent', ({ frameId, name }) => {
      if (frameId === this.targetId && /^first(Contentful)?Paint$/.test(name)) this.window.painted();
    });
    channel.on('Page.frameRequestedNavigation', ({ frameId, disposition, url }) => {
      if (frameId !== this.targetId || disposition !== 'currentTab') return;
      this.navigationByPage = url;
      if (/^(https?|file|about|blob|data|javascript):/.test(url)) return;
      if (this.isNavigationPrevented(url) || !isHandled(url.slice(0, url.indexOf(':')))) return;
      this.loadURL(url).catch(() => undefined);
    });
    channel.on('Page.windowOpen', (event) => this.onWindowOpen(event.url));
    channel.on('Inspector.targetCrashed', () => {
      this.ports.closeAll();
      this.emit('render-process-gone', new Preventable(), { reason: 'crashed', exitCode: 11 });
    });
    state.cdp.on('Target.detachedFromTarget', ({ sessionId }) => {
      if (sessionId === channel.id) this.window.gone();
    });
  }

  // -- what Chromium asks -----------------------------------------------------------------------------------------------------

  ownsFrame(frameId: string): boolean {
    return frameId === this.targetId || this.frames.has(frameId);
  }

  async onRequest(paused: PausedRequest): Promise<void> {
    if (paused.resourceType === 'Document') await this.ready;
    const isMain = paused.resourceType === 'Document' && paused.frameId === this.targetId;
    if (isMain && !paused.redirectedRequestId) {
      const isByPage = this.navigationByPage !== undefined && this.ownNavigations === 0;
      this.navigationByPage = undefined;
      if (isByPage && this.isNavigationPrevented(paused.request.url)) {
        const { requestId } = paused;
        await state.cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
        return;
      }
    }
    await answerRequest(paused);
  }

  private isNavigationPrevented(url: string): boolean {
    const event = Object.assign(new Preventable(), { url: fromHttp(url), isMainFrame: true });
    this.emit('will-frame-navigate', event);
    this.emit('will-navigate', event, event.url);
    return event.defaultPrevented;
  }

  private onWindowOpen(url: string): void {
    const details = { url: fromHttp(url), frameName: '', features: '', disposition: 'new-window' as const };
    const referrer = { url: this.getURL(), policy: 'strict-origin-when-cross-origin' as const };
    const answer = this.openHandler?.({ ...details, referrer }) ?? { action: 'allow' };
    if (answer.action !== 'deny')
      throw new Error('ElectronDouble: a second window of a page is not implemented');
  }

  /** Let go first: a held pop-up keeps its opener inside window.open(). Its document request is failed, it belongs to no window. */
  onPopup(targetId: string, sessionId: string): void {
    const close = async () => {
      await state.cdp.send('Runtime.runIfWaitingForDebugger', {}, sessionId).catch(() => undefined);
      await state.cdp.send('Target.closeTarget', { targetId }).catch(() => undefined);
    };
    close().catch(() => undefined);
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.openHandler = handler;
  }

  // -- preload and main -------------------------------------------------------------------------------------------------------

  private hear(message: FromPreload): void {
    switch (message.kind) {
      case 'port':
        this.ports.receive(message.id, decode(message.data));
        return;
      case 'port-closed':
        this.ports.close(message.id);
        return;
      case 'key':
        itemOfKey(message.key)?.click({ triggeredByAccelerator: true }, this.window);
        return;
      case 'dropped':
        this.dropped.lookUp(message.count);
        return;
      case 'preload-error':
        console.error('Unable to load preload script:', message.message);
        this.emit(
          'preload-error',
          new Preventable(),
          this.options.webPreferences?.preload,
          new Error(message.message),
        );
    }
  }

  /** In order; what was meant for a page that is gone is dropped. */
  private deliver(message: object): void {
    const value = JSON.stringify(message);
    this.outbox = this.outbox.then(async () => {
      await this.ready;
      if (this.isolatedContext === undefined || this.isGone) return;
      const call = {
        functionDeclaration: 'function(json){__doubleReceive(json)}',
        executionContextId: this.isolatedContext,
        arguments: [{ value }],
      };
      this.channel?.send('Runtime.callFunctionOn', call).catch(() => undefined);
    });
  }

  postMessage(channel: string, message: unknown, transfer: MessagePortMain[] = []): void {
    const { ids, connect } = this.ports.take(transfer);
    this.deliver({ kind: 'event', channel, data: encode(message), ports: ids });
    connect();
  }

  // -- the rest of the API ----------------------------------------------------------------------------------------------------

  async loadURL(url: string): Promise<void> {
    const target = toHttp(url);
    this.ownNavigations += 1;
    const done = new Promise<void>((resolve, reject) => this.loadWaiters.push({ resolve, reject, url }));
    done.catch(() => undefined);
    try {
      if (!this.isAttaching) {
        this.isAttaching = true;
        await this.attach(target);
      } else {
        await this.ready;
        const answer = await this.channel?.send('Page.navigate', { url: target });
        if (answer?.errorText) this.loadFailed(answer.errorText, url);
      }
      await done;
    } finally {
      this.ownNavigations -= 1;
    }
  }
  private loadFailed(errorText: string, url: string): void {
    const code = errorText.replace('net::', '');
    const error = Object.assign(new Error(`${code} (-2) loading '${url}'`), { code, errno: -2, url });
    this.emit('did-fail-load', new Preventable(), -2, code, url, true, 1, 1);
    const failed = this.loadWaiters.filter((waiter) => waiter.url === url);
    this.loadWaiters = this.loadWaiters.filter((waiter) => waiter.url !== url);
    for (const waiter of failed) waiter.reject(error);
  }
  getURL(): string {
    return fromHttp(this.url);
  }
  isDestroyed(): boolean {
    return this.isGone;
  }
  reload(): void {
    this.ownNavigations += 1;
    const reloaded = async () => {
      await this.ready;
      await this.channel?.send('Page.navigate', { url: this.url });
    };
    reloaded()
      .catch(() => undefined)
      .finally(() => {
        this.ownNavigations -= 1;
      });
  }
  async executeJavaScript(code: string): Promise<unknown> {
    await this.ready;
    const request = { expression: code, awaitPromise: true, returnByValue: true };
    const answer = await this.channel?.send('Runtime.evaluate', request);
    if (answer?.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? 'failed');
    return answer?.result.value;
  }
  editCommand(command: string): void {
    this.executeJavaScript(`document.execCommand(${JSON.stringify(command)})`).catch(() => undefined);
  }
  setZoomLevel(level: number): void {
    this.zoomLevel = level;
    this.channel
      ?.send('Emulation.setPageScaleFactor', { pageScaleFactor: 1.2 ** level })
      .catch(() => undefined);
  }
  getZoomLevel(): number {
    return this.zoomLevel;
  }
  showColorScheme(): void {
    this.emulateColorScheme().catch(() => undefined);
  }
  private async emulateColorScheme(): Promise<void> {
    const value = state.colorScheme;
    const features = value === 'system' ? [] : [{ name: 'prefers-color-scheme', value }];
    await this.channel?.send('Emulation.setEmulatedMedia', { features });
  }
  setSize(width: number, height: number): void {
    const size = { width, height, deviceScaleFactor: 0, mobile: false };
    this.channel?.send('Emulation.setDeviceMetricsOverride', size).catch(() => undefined);
  }
  async closeTarget(): Promise<void> {
    if (!this.isAttaching || !state.browser || state.cdp.closed) {
      this.window.gone();
      return;
    }
    await this.ready;
    await state.cdp.send('Target.closeTarget', { targetId: this.targetId }).catch(() => this.window.gone());
  }
  markDestroyed(): void {
    if (this.isGone) return;
    this.isGone = true;
    forgetTarget(this);
    this.ports.closeAll();
    for (const waiter of this.loadWaiters.splice(0)) waiter.reject(new Error('window closed'));
    this.emit('destroyed');
  }
}

export function makeWebContents(
  window: BrowserWindow,
  options: Electron.BrowserWindowConstructorOptions,
): WebContents {
  return loud('WebContents', new WebContents(window, options));
}
