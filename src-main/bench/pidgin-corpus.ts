import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Real runs, repeated with new ids until there are so many bytes: files of some megabytes, each with a round of the conversations. */
export function makePidginCorpus(runs: string, folder: string, wantedBytes: number): number {
  const texts = conversationsIn(runs);
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (let round = 0; bytes < wantedBytes; round += 1) {
    const run = join(folder, `round-${String(round).padStart(4, '0')}`);
    mkdirSync(run);
    const file = openSync(join(run, 'events.jsonl'), 'w');
    for (const [at, text] of texts.entries()) {
      const id = `"conversation_id": "conv_${round}_${at}"`;
      bytes += writeSync(file, text.replaceAll(/"conversation_id": ?"[^"]*"/g, id));
    }
    closeSync(file);
  }
  return bytes;
}

function conversationsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .map((text) => (text.endsWith('\n') ? text : `${text}\n`));
}
