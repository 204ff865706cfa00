import { toJson } from '../documents';
import { isJson, type Json, jsonOf, listOf, textOf } from './values';

/** A longer result has a message of its own, which the window reads in slices; the call would not be looked into any more. */
export const longestInlineResult = 200_000;
const LONGEST_TITLE = 120;

/** What blocks of content say as text: texts as they are, what is no text named with its type and size. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((block) => (typeof block === 'string' ? block : blockText(jsonOf(block))))
    .filter((text) => text !== '')
    .join('\n\n');
}

export function blockText(block: Json): string {
  switch (block.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
    case 'summary_text':
    case 'reasoning_text':
    case 'refusal':
      return textOf(block.text) ?? textOf(block.refusal) ?? '';
    case 'image':
    case 'document':
    case 'input_image':
    case 'image_url':
    case 'input_file':
      return attachmentText(block);
    default:
      return textOf(block.text) ?? (Object.keys(block).length === 0 ? '' : `[${toJson(block)}]`);
  }
}

/** `[image: image/png, 12,345 bytes]`: the bytes stay in the file. */
function attachmentText(block: Json): string {
  const source = jsonOf(block.source);
  const url = textOf(block.image_url) ?? textOf(jsonOf(block.image_url).url) ?? textOf(source.url);
  const data = textOf(source.data) ?? url?.match(/^data:[^,]*,(.*)$/s)?.[1] ?? null;
  const type = textOf(source.media_type) ?? url?.match(/^data:([^;,]+)/)?.[1] ?? null;
  const name = textOf(block.title) ?? textOf(block.filename);
  const kind = /image/.test(String(block.type)) ? 'image' : 'document';
  const size = data === null ? url : `${Math.floor((data.length * 3) / 4).toLocaleString('en-US')} bytes`;
  return `[${kind}: ${[name, type, size].filter((part) => part !== null).join(', ')}]`;
}

/** A tool's result as text, whatever shape it has. */
export function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return contentText(content);
  if (isJson(content)) return textOf(content.output) ?? textOf(content.text) ?? toJson(content);
  return content === null || content === undefined ? '' : String(content);
}

/** Arguments as JSON text; a text stays as it is. */
export function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : toJson(value);
}

/** The first line that says something, cut. */
export function titleOf(text: string): string | null {
  const line = text
    .split('\n')
    .find((one) => one.trim() !== '')
    ?.trim()
    .replace(/\s+/g, ' ');
  if (line === undefined) return null;
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE)}…` : line;
}
