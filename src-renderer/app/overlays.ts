import type { ExportFormat, Failure, OpenResult } from '../../src-main/contract';
import { Live } from './live';
import type { Pick } from './picks';

export interface PickRequest {
  readonly kind: 'pick';
  readonly pick: Pick;
  readonly suggestedName?: string;
  /** Called once; null: cancelled. */
  readonly done: (path: string | null) => void;
}

/** Of what was dropped, where it may lie. */
export interface Dropped {
  readonly name: string;
  readonly places: readonly string[];
}

/** What lies over the screen; one at a time. */
export type Overlay =
  | { readonly kind: 'palette' | 'shortcuts' | 'about' | 'jobs' }
  | { readonly kind: 'connect'; readonly url?: string }
  | { readonly kind: 'export'; readonly format: ExportFormat }
  | { readonly kind: 'recent' }
  | { readonly kind: 'migrate'; readonly jobId?: string }
  | { readonly kind: 'care-job'; readonly jobId: string }
  | { readonly kind: 'restore'; readonly backup: string }
  | { readonly kind: 'retention' }
  | { readonly kind: 'source'; readonly sourceId: string }
  | { readonly kind: 'not-opened'; readonly result: OpenResult }
  | { readonly kind: 'dropped'; readonly unsure: readonly Dropped[] }
  | PickRequest;

export const overlay = new Live<Overlay | null>(null);

export function openOverlay(next: Overlay): void {
  closeOverlay();
  overlay.set(next);
}

export function closeOverlay(): void {
  const before = overlay.get();
  overlay.set(null);
  if (before?.kind === 'pick') before.done(null);
}

/** A failure, or a limit, of something that was asked for and has no place of its own on the screen. */
export interface Notice {
  readonly id: number;
  readonly title: string;
  readonly failure?: Failure;
  readonly error?: unknown;
  /** Not a failure: a limit that was met. */
  readonly note?: string;
  /** What more there is to see of it. */
  readonly details?: { readonly title: string; readonly show: () => void };
}

export const notices = new Live<readonly Notice[]>([]);
let lastNotice = 0;

export function notify(notice: Omit<Notice, 'id'>): void {
  lastNotice += 1;
  notices.set([...notices.get().slice(-2), { ...notice, id: lastNotice }]);
}

export function dismissNotice(id: number): void {
  notices.set(notices.get().filter((notice) => notice.id !== id));
}

/** What is shown of the frame. */
export const frameParts = {
  sidebar: new Live(true),
  inspector: new Live(true),
  /** Lists stay at what is newest, and so does an open session. */
  follow: new Live(false),
  /** Beside the list only where there is room for it from the start. */
  facets: new Live(globalThis.innerWidth >= 1500),
};

/** The source that Close and Look for New Rows are about: the one chosen last in the sidebar. */
export const chosenSource = new Live<string | null>(null);
