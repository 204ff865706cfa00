import { z } from 'zod';

/**
 * How the page of the Electron shell reaches its two ports. The preload exposes `window.stepscope` (its presence says that ports will come)
 * and posts each port to the page as a window message, first both after every load, later a new `data` port after an engine restart.
 */
/** `File` is the page's; the contract knows no DOM. */
export interface ShellBridge<PageFile = unknown> {
  /** The real path of a dropped file, '' when it has none. */
  pathForFile(file: PageFile): string;
}

/** `event.data` of that window message; `event.ports[0]` is the port. A new port replaces the one before. */
export const portMessage = z.object({ kind: z.literal('stepscope:port'), port: z.enum(['shell', 'data']) });
export type PortMessage = z.infer<typeof portMessage>;
