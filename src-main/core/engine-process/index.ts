/** The engine as a process of its own: main's commands in, wires of windows answered. */
export { EngineProcess } from './engine-process';
