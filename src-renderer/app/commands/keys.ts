import { type CommandId, commandIds, commandOf } from '../../../src-main/contract';

/** A key pressed, as far as commands care. */
export interface KeyPress {
  readonly key: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

export interface KeyContext {
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** The press went to a text field: only accelerators count. */
  readonly inText: boolean;
  /** Key of a chord pressed before (`g`), or null. */
  readonly pending: string | null;
}

export type KeyOutcome =
  | { readonly kind: 'run'; readonly ids: readonly CommandId[] }
  | { readonly kind: 'pending'; readonly key: string }
  | { readonly kind: 'none' };

const modifiers = ['CmdOrCtrl', 'Shift', 'Alt'];

/** Which commands a press asks for. Several may share a key; the first that can run does. */
export function outcomeOf(press: KeyPress, context: KeyContext): KeyOutcome {
  const ids: CommandId[] = [];
  let starts = false;
  const isText = context.inText && !press.ctrl && !press.meta && press.key !== 'Escape';
  if (isText) return { kind: 'none' };
  for (const id of commandIds) {
    for (const keys of commandOf(id).keys ?? []) {
      const [first, second] = keys.split(' ');
      if (second === undefined) {
        if (context.pending === null && matches(keys, press, context.platform)) ids.push(id);
      } else if (context.pending === first && matches(second, press, context.platform)) {
        ids.push(id);
      } else if (context.pending === null && matches(first ?? '', press, context.platform)) {
        starts = true;
      }
    }
  }
  if (ids.length > 0) return { kind: 'run', ids };
  return starts ? { kind: 'pending', key: press.key } : { kind: 'none' };
}

function matches(accelerator: string, press: KeyPress, platform: KeyContext['platform']): boolean {
  const parts = accelerator.split('+');
  const key = parts.at(-1) ?? '';
  const wants = new Set(parts.slice(0, -1).filter((part) => modifiers.includes(part)));
  const command = platform === 'darwin' ? press.meta : press.ctrl;
  const other = platform === 'darwin' ? press.ctrl : press.meta;
  if (other || press.alt !== wants.has('Alt') || command !== wants.has('CmdOrCtrl')) return false;
  // A sign such as `?` needs Shift on some keyboards and not on others.
  const isLetter = /^[a-z]$/i.test(key);
  if ((isLetter || key.length > 1) && press.shift !== wants.has('Shift')) return false;
  return press.key.toLowerCase() === key.toLowerCase();
}

const signs: Record<string, string> = {
  CmdOrCtrl: 'Ctrl',
  Escape: 'Esc',
};
const macSigns: Record<string, string> = { CmdOrCtrl: '⌘', Shift: '⇧', Alt: '⌥', Escape: 'Esc' };

/** `Ctrl+Shift+O`, on a Mac `⌘⇧O`; a chord as `G then S`. */
export function keysLabel(keys: string, platform: KeyContext['platform']): string {
  return keys
    .split(' ')
    .map((stroke) => {
      const parts = stroke.split('+').map((part) => (part.length === 1 ? part.toUpperCase() : part));
      if (platform === 'darwin') return parts.map((part) => macSigns[part] ?? part).join('');
      return parts.map((part) => signs[part] ?? part).join('+');
    })
    .join(' then ');
}
