/** Runs in the isolated world: what a sandboxed preload finds (`require('electron')`, a little `process`), then the preload itself. */
import { decode, encode } from '../codec';
import { makeContextBridge } from './bridge';
import { watchDrops } from './drops';

interface Config {
  readonly secret: string;
  readonly binding: string;
  readonly platform: string;
}
type Preload = (require: unknown, module: unknown, exports: unknown, process: unknown) => void;
declare const __DOUBLE_CONFIG__: Config;
declare const __DOUBLE_PRELOAD__: Preload;

type FromMain =
  | { kind: 'event'; channel: string; data: unknown; ports: string[] }
  | { kind: 'port'; id: string; data: unknown }
  | { kind: 'port-closed'; id: string }
  | { kind: 'paths'; paths: string[] };
type Listener = (event: { ports: readonly MessagePort[] }, message: unknown) => void;

function start(config: Config, preload: Preload): void {
  const way: unknown = Reflect.get(globalThis, config.binding);
  Reflect.deleteProperty(globalThis, config.binding);
  if (typeof way !== 'function') throw new Error('ElectronDouble: no way out of the isolated world');
  const send = (message: object) => Reflect.apply(way, undefined, [JSON.stringify(message)]);

  // A port given to the page lives on here as the twin that talks to the wire.
  const twins = new Map<string, MessagePort>();
  const openPort = (id: string): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    twins.set(id, port2);
    port2.addEventListener('message', (event) => send({ kind: 'port', id, data: encode(event.data) }));
    port2.addEventListener('close', () => send({ kind: 'port-closed', id }));
    port2.start();
    return port1;
  };

  const listeners = new Map<string, Listener[]>();
  const drops = watchDrops((count) => send({ kind: 'dropped', count }));
  const receive = (json: string): void => {
    const message: FromMain = JSON.parse(json);
    switch (message.kind) {
      case 'event': {
        const ports = message.ports.map(openPort);
        for (const listener of listeners.get(message.channel) ?? [])
          listener({ ports }, decode(message.data));
        return;
      }
      case 'port':
        twins.get(message.id)?.postMessage(decode(message.data));
        return;
      case 'port-closed':
        twins.get(message.id)?.close();
        twins.delete(message.id);
        return;
      case 'paths':
        drops.answered(message.paths);
    }
  };
  Object.defineProperty(globalThis, '__doubleReceive', { value: receive });

  const electron = {
    contextBridge: makeContextBridge(config.secret),
    ipcRenderer: {
      on(channel: string, listener: Listener) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
    },
    webUtils: { getPathForFile: drops.pathOf },
  };
  const required = (id: string): unknown => {
    if (id === 'electron' || id === 'electron/renderer') return electron;
    throw new Error(`module not found: ${id}`);
  };

  // A key that no script of the page took goes to the application menu.
  window.addEventListener('keydown', (event) => {
    const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt, metaKey: meta } = event;
    setTimeout(() => {
      if (!event.defaultPrevented && !event.isComposing)
        send({ kind: 'key', key: { key, ctrl, shift, alt, meta } });
    });
  });

  const module = { exports: {} };
  const process = { platform: config.platform, type: 'renderer', sandboxed: true, contextIsolated: true };
  try {
    preload(required, module, module.exports, process);
  } catch (error) {
    send({
      kind: 'preload-error',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}

// The headless shell evaluates new-document scripts twice on the first commit.
if (window === window.top && !('__doubleReceive' in globalThis)) start(__DOUBLE_CONFIG__, __DOUBLE_PRELOAD__);
