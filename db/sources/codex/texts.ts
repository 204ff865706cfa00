import { contentText, jsonOf, listOf, textOf } from '../agent-session';
import { injectedLabel } from './injected';

/** The texts of an item of the interface, whose parts are texts, pictures, files and skills. */
export function partTexts(content: unknown): string {
  const texts = listOf(content).map((part) => textOf(jsonOf(part).text));
  return texts.filter((text) => text !== null).join('\n');
}

/** Items and events tell the same with other blanks between its parts, and pictures in one of them only. */
export function essence(text: string): string {
  return text.replace(/\[(?:image|document): [^\]]*\]|<\/?image\b[^>]*>|\s+/g, '');
}

/** Texts of a message's parts: what Codex put there apart from what somebody typed. */
export function userTexts(content: unknown): {
  readonly injected: readonly string[];
  readonly typed: string;
} {
  const texts = (typeof content === 'string' ? [content] : listOf(content))
    .map((part) => contentText([part]))
    .filter((text) => text !== '');
  return {
    injected: texts.filter((text) => injectedLabel(text) !== null),
    typed: texts.filter((text) => injectedLabel(text) === null).join('\n\n'),
  };
}
