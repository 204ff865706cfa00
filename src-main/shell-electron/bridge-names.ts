/** What main and preload both name. Types only from the contract: the preload stays a few lines without zod. */
export type { PortMessage, ShellBridge } from '../contract';

/** `window.stepscope`, as the contract says. */
export const bridgeName = 'stepscope';
/** The one IPC channel, main to preload: a port of the window comes with each message. */
export const portChannel = 'stepscope:port';
