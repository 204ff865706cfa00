import { isObject } from '../recorded-chat';

const REFERENCE = /^(?:attachment|tc):\/\//;

/** Long texts stand once in a sample and are referred to: a reference is replaced by its text, in whatever it stands. */
export class Attachments {
  private readonly texts = new Map<string, string>();
  /** References that lead nowhere. */
  missing = 0;

  constructor(...tables: readonly unknown[]) {
    for (const table of tables) {
      if (!isObject(table)) continue;
      for (const [hash, text] of Object.entries(table))
        if (typeof text === 'string') this.texts.set(hash, text);
    }
  }

  resolve(value: unknown): unknown {
    if (typeof value === 'string') return this.resolveText(value);
    if (Array.isArray(value)) return value.map((one) => this.resolve(one));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.resolve(inner)]));
  }

  private resolveText(text: string): string {
    if (!REFERENCE.test(text)) return text;
    const found = this.texts.get(text.replace(REFERENCE, ''));
    if (found === undefined) this.missing += 1;
    return found ?? text;
  }
}
