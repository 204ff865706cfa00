import type { ElectronApplication, Page } from '@playwright/test';
import type { CommandId } from '../../src-main/contract/commands';

/** The application in one of its two shells, as a spec sees it. */
export interface Shell {
  readonly kind: 'electron' | 'serve';
  readonly page: Page;
  /** Electron only. */
  readonly app: ElectronApplication | null;
  readonly isDouble: boolean;
  /** Main, or the serve process. */
  readonly pid: number;
  /** Serve only: the address with its token. */
  readonly url: string | null;
  /** Waits until the command can run, then chooses it in the menu. */
  clickMenu(id: CommandId): Promise<void>;
  /** Chooses the n-th item of Open Recent. */
  clickRecent(index: number): Promise<void>;
  /** What the next file dialog answers; null cancels it. */
  answerDialog(path: string | null): Promise<void>;
  /** Links that went to the system's browser. */
  opened(): Promise<string[]>;
  /** What main or serve wrote so far. */
  output(): string;
}

export interface LaunchOptions {
  readonly home: string;
  readonly locations: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Set by the page when it is subscribed and idle. */
export const readyMark = 'html[data-ready="true"]';
