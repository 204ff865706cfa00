/**
 * contextBridge between the page's own world and the preload's. The two share the DOM but no JavaScript object: a CustomEvent on `window`
 * reaches both at once, and Blink clones its detail for the other one. So calls are synchronous and values are copies.
 */
interface Exposed {
  readonly name: string;
  readonly methods: readonly string[];
}
interface Call {
  readonly id: number;
  readonly name: string;
  readonly method: string;
  readonly values: readonly unknown[];
}
interface Returned {
  readonly id: number;
  readonly value: unknown;
  readonly error: string | null;
}

// Taken before any script of the page runs, so that it cannot change them.
const { addEventListener, dispatchEvent } = EventTarget.prototype;
const Event = CustomEvent;
const { apply } = Reflect;
const detailOf = Object.getOwnPropertyDescriptor(CustomEvent.prototype, 'detail')?.get;
const { defineProperty, freeze } = Object;

function tell(type: string, detail: unknown): void {
  apply(dispatchEvent, window, [new Event(type, { detail })]);
}

function hear(type: string, listener: (detail: unknown) => void): void {
  const read = (event: unknown) => listener(detailOf && apply(detailOf, event, []));
  apply(addEventListener, window, [type, read]);
}

/** The page's side: makes what the preload exposes. */
export function receiveExposed(secret: string): void {
  const returned: { last: Returned | undefined } = { last: undefined };
  let lastId = 0;
  hear(`${secret}:return`, (detail) => {
    returned.last = detail as Returned;
  });
  const callOf =
    (name: string, method: string) =>
    (...values: unknown[]) => {
      lastId += 1;
      returned.last = undefined;
      tell(`${secret}:call`, { id: lastId, name, method, values } satisfies Call);
      const answer = returned.last as Returned | undefined;
      if (answer?.id !== lastId) throw new Error('An object could not be cloned.');
      if (answer.error !== null) throw new Error(answer.error);
      return answer.value;
    };
  hear(`${secret}:expose`, (detail) => {
    const { name, methods } = detail as Exposed;
    const api: Record<string, unknown> = {};
    for (const method of methods) api[method] = freeze(callOf(name, method));
    defineProperty(window, name, { value: freeze(api), enumerable: true });
  });
}

/** The preload's side. */
export function makeContextBridge(secret: string): { exposeInMainWorld(name: string, api: unknown): void } {
  const exposed = new Map<string, Record<string, unknown>>();
  const run = ({ id, name, method, values }: Call): Returned => {
    try {
      const called = exposed.get(name)?.[method];
      if (typeof called !== 'function') throw new TypeError(`${name}.${method} is not a function`);
      const value: unknown = apply(called, undefined, values);
      if (value instanceof Promise)
        throw new Error('ElectronDouble: promises over the contextBridge are not implemented');
      return { id, value, error: null };
    } catch (error) {
      return { id, value: undefined, error: error instanceof Error ? error.message : String(error) };
    }
  };
  hear(`${secret}:call`, (detail) => {
    if (detail !== null) tell(`${secret}:return`, run(detail as Call));
  });
  return {
    exposeInMainWorld(name, api) {
      if (exposed.has(name))
        throw new Error('Cannot bind an API on top of an existing property on the window object');
      const methods: [string, unknown][] = Object.entries(api ?? {});
      for (const [method, value] of methods)
        if (typeof value !== 'function')
          throw new Error(
            `ElectronDouble: ${name}.${method}: only functions over the contextBridge are implemented`,
          );
      exposed.set(name, Object.fromEntries(methods));
      tell(`${secret}:expose`, { name, methods: methods.map(([method]) => method) } satisfies Exposed);
    },
  };
}
