import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Cdp } from './cdp';

type Listener = Parameters<EventEmitter['on']>[1];

/** An emitter that refuses events the double never emits, so that nothing waits silently for ever. */
export class KnownEvents extends EventEmitter {
  // No #private members here: instances are wrapped by `loud`, and a Proxy has no private slots.
  constructor(
    private readonly owner: string,
    private readonly known: readonly string[],
  ) {
    super();
    this.setMaxListeners(0);
  }
  override on(event: string | symbol, listener: Listener): this {
    this.checkEvent(event);
    return super.on(event, listener);
  }
  override once(event: string | symbol, listener: Listener): this {
    this.checkEvent(event);
    return super.once(event, listener);
  }
  private checkEvent(event: string | symbol): void {
    if (typeof event === 'string' && !this.known.includes(event))
      throw new Error(`ElectronDouble: ${this.owner} never emits '${event}'`);
  }
}

/** Names that JavaScript itself and test tools look for on any object. */
const probed = new Set([
  'then',
  'toJSON',
  'default',
  '__esModule',
  'constructor',
  'inspect',
  'length',
  'nodeType',
  '$$typeof',
  'asymmetricMatch',
]);

/** Reading a member that the double lacks throws, instead of giving undefined. */
export function loud<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key, object);
      if (value === undefined && typeof key === 'string' && !(key in object) && !probed.has(key))
        throw new Error(`ElectronDouble: ${name}.${key} is not implemented`);
      return value;
    },
  });
}

/** An event object whose default can be prevented. */
export class Preventable {
  defaultPrevented = false;
  preventDefault = (): void => {
    this.defaultPrevented = true;
  };
}

function latch(): { promise: Promise<void>; resolve(): void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

interface Browser {
  readonly cdp: Cdp;
  readonly child: ChildProcess;
  readonly product: string;
}

/** The application object, for the parts that it is made of. */
interface Application {
  quit(): void;
  allWindowsClosed(): void;
  emit(event: string, ...values: unknown[]): boolean;
}

let browser: Browser | undefined;
let application: Application | undefined;

/** What the parts of the double share: the browser once it runs, and whether the application is on its way out. */
export const state = {
  ready: latch(),
  quitting: false,
  colorScheme: 'system' as 'system' | 'light' | 'dark',
  start(started: Browser): void {
    browser = started;
  },
  setApplication(made: Application): void {
    application = made;
  },
  get application(): Application {
    if (application === undefined) throw new Error('ElectronDouble: no application yet');
    return application;
  },
  get browser(): Browser | undefined {
    return browser;
  },
  get cdp(): Cdp {
    if (browser === undefined) throw new Error('ElectronDouble: used before app.whenReady()');
    return browser.cdp;
  },
};
