import { contentText, jsonOf, kindOfUserText } from '../agent-session';
import type { ClaudeLine } from './line';

/** What reached Claude while it worked. */
export interface QueuedText {
  readonly text: string;
  /** By somebody; else it is a notification. */
  readonly isTyped: boolean;
  readonly isCommand: boolean;
  readonly author: string | null;
}

/** Undefined: the entry is something else. */
export function queuedText({ type, raw }: ClaudeLine): QueuedText | undefined {
  const attachment = jsonOf(raw.attachment);
  if (type !== 'attachment' || attachment.type !== 'queued_command') return undefined;
  const text = contentText(attachment.prompt);
  if (text === '') return undefined;
  const kind = kindOfUserText(text, raw);
  const isTyped = kind.isPrompt && attachment.commandMode !== 'task-notification';
  return {
    text,
    isTyped,
    isCommand: kind.isCommand,
    author: isTyped ? null : (kind.author ?? 'notification'),
  };
}
