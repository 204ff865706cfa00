import { live } from '../live';
import { overlay } from '../overlays';
import { outcomeOf } from './keys';
import { runCommand } from './state';

const chordMs = 1200;

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** One listener for all keys of commands. What it runs is prevented, so that the accelerator of a native menu does not run it again. */
export function listenToKeys(): void {
  let pending: string | null = null;
  let pendingSince = 0;
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || overlay.get() !== null) return;
    if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
    if (event.target instanceof Element && event.target.closest('[role="menu"],[role="dialog"]') !== null)
      return;
    const inText = isTextField(event.target);
    if (inText && isEditing(event)) return;
    const outcome = outcomeOf(
      {
        key: event.key,
        ctrl: event.ctrlKey,
        meta: event.metaKey,
        alt: event.altKey,
        shift: event.shiftKey,
      },
      {
        platform: live.capabilities.get()?.platform ?? 'linux',
        inText,
        pending: event.timeStamp - pendingSince < chordMs ? pending : null,
      },
    );
    pending = outcome.kind === 'pending' ? outcome.key : null;
    pendingSince = event.timeStamp;
    if (outcome.kind === 'run' && outcome.ids.some(runCommand)) event.preventDefault();
  });
}

/** Select all, copy and the like belong to the field that is edited. */
function isEditing(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && ['a', 'c', 'v', 'x', 'z', 'y'].includes(event.key.toLowerCase());
}
