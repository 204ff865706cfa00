import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of schemas that nobody knows. */
export function unknownTable(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const header = 'conversation,sent,who,body,llm,tokens_in,tokens_out,price_cents';

/** Talks of two sides, `talks` of them; names of columns that are nobody's. */
export function talksCsv(talks: number): string {
  const lines = [header];
  for (let talk = 0; talk < talks; talk += 1) {
    for (let turn = 0; turn < 3; turn += 1) {
      const at = new Date(Date.UTC(2026, 0, 1 + talk, 9, turn)).toISOString();
      lines.push(`talk-${talk},${at},human,"Question ${turn}, please",,,,`);
      lines.push(`talk-${talk},${at},ai,Answer ${turn},gpt-5-nano,${100 + turn},${20 + turn},${turn + 1}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
