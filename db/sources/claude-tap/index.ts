import { basename } from 'node:path';
import { jsonOf, sayOddCounts } from '../agent-session';
import { type DocumentFormat, eachJsonLine } from '../documents';
import { lookPastTexts } from '../long-head';
import { jsonHead, readDocument } from '../recorded-chat';
import { exchangesIn, isCompactTrace } from './compact';
import { isExchange, parseExchange } from './exchange';
import { TapTrace } from './trace';

/** Recordings of a model's API by a proxy beside the agent: claude-tap's traces, and claude-trace's of the same idea. */
export const claudeTap: DocumentFormat = {
  name: 'claude-tap',
  recognise(place) {
    const head = jsonHead(place);
    if (isCompactTrace(head?.value)) return { dialect: 'compact' };
    const text = Buffer.from(place.head)
      .toString('utf8')
      .replace(/^[\ufeff\s]+/, '');
    const [first = '', second = ''] = text.split('\n', 2);
    const isOneLine = second.trim() === '';
    if ((head?.layout === 'lines' || isOneLine) && isExchange(head?.value))
      return { dialect: 'url' in jsonOf(head.value.request) ? 'claude-trace' : null };
    // A first line longer than what was looked at: the members that stand before its body must do.
    const isCut = isOneLine && /^\{"(?:timestamp|id|request_id)":/.test(first);
    return isCut && /"request":\s*\{"method":\s*"\w+",\s*"path":/.test(first) ? { dialect: null } : undefined;
  },
  openReader(rows) {
    return {
      async readFile(file) {
        const name = basename(file.path)
          .replace(/\.(?:gz|zst)$/, '')
          .replace(/\.jsonl?$/, '');
        const trace = new TapTrace(rows, rows.claim(name));
        let isEmpty = true;
        const take = (value: unknown, line: number) => {
          const exchange = parseExchange(value);
          if (exchange === undefined) {
            rows.skip(line, 'The line is no recorded exchange.');
            return;
          }
          for (const { usage } of exchange.answers) sayOddCounts(rows, usage, line);
          trace.add(exchange);
          rows.read();
          // On the screen while the rest is read.
          if (isEmpty) trace.addSession();
          isEmpty = false;
        };
        if (isCompactTrace(jsonHead(await lookPastTexts(file))?.value)) {
          const { value } = await readDocument(file, rows);
          let number = 0;
          for (const exchange of exchangesIn(jsonOf(value))) {
            number += 1;
            take(exchange, number);
          }
        } else await eachJsonLine(file, rows, take);
        if (!isEmpty) trace.finish();
      },
    };
  },
};
