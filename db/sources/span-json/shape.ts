import { isRecord } from '../spans';

export interface SpanShape {
  readonly dialect: 'junjo' | 'sdk' | 'attributes';
  /** Members that lead to the spans. */
  readonly path: readonly string[];
}

const JUNJO = [/"attributes_json"\s*:/, /"trace_id"\s*:\s*"[0-9a-fA-F]/, /"span_id"\s*:\s*"[0-9a-fA-F]/];
const SDK = [
  /"spanContext"\s*:\s*\{\s*"traceId"\s*:/,
  /"context"\s*:\s*\{\s*"trace_id"\s*:\s*"0x[0-9a-f]{32}"/,
];
const HEAD_BYTES = 65_536;

export function shapeOf(head: Uint8Array): SpanShape | undefined {
  const text = Buffer.from(head).toString('utf8');
  if (!/^[\s\ufeff]*[[{]/.test(text)) return undefined;
  if (JUNJO.every((mark) => mark.test(text))) return { dialect: 'junjo', path: junjoPath(text) };
  if (SDK.some((mark) => mark.test(text))) return { dialect: 'sdk', path: [] };
  return head.byteLength < HEAD_BYTES && isAttributes(text) ? { dialect: 'attributes', path: [] } : undefined;
}

function junjoPath(text: string): readonly string[] {
  const list = text.search(/"spans"\s*:\s*\[/);
  if (list === -1 || list > text.search(/"attributes_json"\s*:/)) return [];
  return /"fixture"\s*:\s*\{/.test(text.slice(0, list)) ? ['fixture', 'spans'] : ['spans'];
}

/** One object whose members are a span's attributes. */
function isAttributes(text: string): boolean {
  if (
    !/"(?:gen_ai\.(?:operation\.name|request\.model|system|provider\.name)|llm\.model_name)"\s*:/.test(text)
  )
    return false;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && Object.keys(value).some((name) => /^(?:gen_ai|llm)\./.test(name));
  } catch {
    return false;
  }
}
