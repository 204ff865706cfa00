import type { SourceWarning } from '../../sources';

/** What a source said, each thing of each place once; a place that is read again speaks anew. */
export class WarningBook {
  /** File (or table) → what was said of places in it. */
  private readonly files = new Map<string, Map<string, SourceWarning>>();

  constructor(warnings: Iterable<SourceWarning> = []) {
    for (const warning of warnings) this.add(warning);
  }

  add(warning: SourceWarning): void {
    const file = fileOf(warning.at);
    const known = this.files.get(file) ?? new Map<string, SourceWarning>();
    this.files.set(file, known.set(`${warning.at}\0${warning.message}`, warning));
  }

  /** Forgets what was said of this place and of those in it. */
  renew(at: string): void {
    const known = this.files.get(fileOf(at));
    if (known === undefined) return;
    for (const [key, warning] of known)
      if (warning.at === at || warning.at.startsWith(`${at}:`)) known.delete(key);
  }

  get all(): SourceWarning[] {
    return [...this.files.values()].flatMap((known) => [...known.values()]);
  }

  get size(): number {
    let size = 0;
    for (const known of this.files.values()) size += known.size;
    return size;
  }
}

/** `runs/a.jsonl:57` → `runs/a.jsonl`. */
function fileOf(at: string): string {
  const colon = at.indexOf(':', Math.max(at.lastIndexOf('/'), at.lastIndexOf('\\')) + 1);
  return colon === -1 ? at : at.slice(0, colon);
}
