/** `db/sources/otlp/assembly/span.ts`, compiled to WebAssembly by `src-main/bootstrap/assembly.ts`. Addresses are places in its memory. */
declare module '*/span.ts?assembly' {
  interface Value {
    readonly value: number;
  }

  interface SpanModule {
    readonly memory: { readonly buffer: ArrayBuffer };
    readonly INPUT: Value;
    readonly INPUT_ROOM: Value;
    readonly SERVICE: Value;
    readonly SERVICE_ROOM: Value;
    readonly FLAT: Value;
    readonly DOUBTS: Value;
    readonly ROW: Value;
    readonly SHAPES: Value;
    readonly flat: Value;
    readonly rowEnd: Value;
    readonly wide: Value;
    readonly doubts: Value;
    readonly shapes: Value;
    addColumn(address: number, length: number, column: number): void;
    setService(length: number): void;
    readSpan(address: number): number;
  }

  /** A new one, with a memory of its own. */
  export function instantiate(): SpanModule;
}
