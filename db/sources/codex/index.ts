import { jsonOf, parsedJson } from '../agent-session';
import {
  type DocumentFile,
  type DocumentFormat,
  type DocumentRows,
  eachElement,
  eachJsonLine,
} from '../documents';
import { lookPastTexts } from '../long-head';
import { CountedTotals } from './counted';
import { isRolloutLine, parseRolloutLine, type RolloutLine } from './line';
import { isPrintedLine } from './printed';
import { RolloutFile } from './rollout-file';

/** Codex's rollouts (`~/.codex/sessions/<year>/<month>/<day>/rollout-*.jsonl`) of every shape it has had, and what `codex exec --json` prints. */
export const codex: DocumentFormat = {
  name: 'codex',
  recognise({ head }) {
    const text = Buffer.from(head)
      .toString('utf8')
      .replace(/^\ufeff/, '');
    if (isOldDocument(text)) return { dialect: 'json' };
    const lines = text.split('\n', MOST_LINES);
    const values = lines.map(parsedJson);
    const found = values.find(isRolloutLine);
    if (found !== undefined) return { dialect: 'payload' in jsonOf(found) ? null : 'bare' };
    if (values.some(isPrintedLine)) return { dialect: 'exec' };
    // Its first line holds all instructions, and may be longer than what was looked at.
    return lines.length === 1 && /^\{[^{]*"type":\s*"session_meta"[^{]*"payload":\s*\{/.test(text)
      ? { dialect: null }
      : undefined;
  },
  openReader(rows) {
    const counted = new CountedTotals();
    return { readFile: (file) => readRollout(file, rows, counted) };
  },
};

const MOST_LINES = 40;

/** The first Codex wrote one JSON document: `{"session": {…}, "items": […]}`. */
function isOldDocument(head: string): boolean {
  return /^\s*\{\s*"session"\s*:\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*,\s*"items"\s*:\s*\[/.test(head);
}

async function readRollout(file: DocumentFile, rows: DocumentRows, counted: CountedTotals): Promise<void> {
  const { head } = await lookPastTexts(file);
  const text = Buffer.from(head).toString('utf8');
  const [first = ''] = text.split('\n', 1);
  await counted.begin(file, parseRolloutLine(parsedJson(first)) ?? cutMeta(first));
  const rollouts = new RolloutFile(file, rows, counted);
  if (isOldDocument(text))
    await eachElement(file, rows, ['items'], (value, { ordinal, around }) =>
      rollouts.add(parseRolloutLine(value), ordinal + 1, () => jsonOf(around[0]?.get('session'))),
    );
  else await eachJsonLine(file, rows, (value, number) => rollouts.addLine(value, number));
  rollouts.finish();
}

/** A first line longer than what was looked at: its names stand before the instructions. */
function cutMeta(text: string): RolloutLine | undefined {
  if (!/"type":\s*"session_meta"/.test(text)) return undefined;
  const id = /"id":\s*"([^"]+)"/.exec(text)?.[1];
  const forked_from_id = /"forked_from_id":\s*"([^"]+)"/.exec(text)?.[1];
  return { type: 'session_meta', at: null, payload: { id, forked_from_id } };
}
