/** Traces to look at when there are none yet: a few hundred sessions of several days, written with the tracer into a live store. */
export { removeDemo } from './remove-demo';
export { type DemoOptions, writeDemo, writeDemoInto } from './write-demo';
