import type { Scope, SessionRef } from '../../src-main/contract';
import { Live } from '../app/live';

/** Chosen sessions: some by name, or all that a view holds, however many. */
export type Selection =
  | { readonly kind: 'some'; readonly refs: ReadonlyMap<string, SessionRef> }
  | { readonly kind: 'all'; readonly scope: Scope };

export const nothing: Selection = { kind: 'some', refs: new Map() };
/** What the contract lets a scope name. */
export const mostRefs = 10_000;

export function refKey({ sourceId, sessionId }: SessionRef): string {
  return `${sourceId}\n${sessionId}`;
}

export function select(refs: readonly SessionRef[]): Selection {
  return { kind: 'some', refs: new Map(refs.slice(0, mostRefs).map((ref) => [refKey(ref), ref])) };
}

export function toggle(selection: Selection, ref: SessionRef): Selection {
  // From "all", a click with Ctrl starts a new choice: all but one cannot be said in a scope.
  const refs = new Map(selection.kind === 'some' ? selection.refs : []);
  if (!refs.delete(refKey(ref)) && refs.size < mostRefs) refs.set(refKey(ref), ref);
  return { kind: 'some', refs };
}

/** Without the sessions of sources that are not open any more. */
export function keepSources(selection: Selection, isOpen: (sourceId: string) => boolean): Selection {
  if (selection.kind === 'all') return selection;
  const refs = [...selection.refs.values()];
  const kept = refs.filter(({ sourceId }) => isOpen(sourceId));
  return kept.length === refs.length ? selection : select(kept);
}

export function isSelected(selection: Selection, ref: SessionRef): boolean {
  return selection.kind === 'all' || selection.refs.has(refKey(ref));
}

/** The selection as a scope; null when nothing is selected. */
export function scopeOfSelection(selection: Selection): Scope | null {
  if (selection.kind === 'all') return selection.scope;
  return selection.refs.size === 0 ? null : { q: '', sessions: [...selection.refs.values()] };
}

/** Lives as long as the window, so that coming back from a session finds the list as it was. */
export const selection = new Live<Selection>(nothing);
/** The scope of the list shown last, for export and totals. */
export const shownScope = new Live<Scope>({ q: '' });
