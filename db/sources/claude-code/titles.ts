import { textOf } from '../agent-session';
import type { ClaudeLine } from './line';

/**
 * What a session is called. Summaries name the last entry of the conversation they are about: at the head of a log they are about others of the
 * same project.
 */
export class Titles {
  private custom: string | null = null;
  private generated: string | null = null;
  private readonly summaries = new Map<string, string>();
  private readonly seen = new Set<string>();
  private isTitled = false;
  lastUuid: string | null = null;

  see(uuid: string | null): void {
    if (uuid === null) return;
    this.seen.add(uuid);
    this.lastUuid = uuid;
  }

  /** False: the entry says no title. */
  add({ type, raw }: ClaudeLine): boolean {
    const summary = textOf(raw.summary);
    if (type === 'summary' && summary !== null) this.summaries.set(textOf(raw.leafUuid) ?? '', summary);
    else if (type === 'custom-title') this.custom = textOf(raw.customTitle) ?? this.custom;
    else if (type === 'ai-title') this.generated = textOf(raw.aiTitle) ?? this.generated;
    else return false;
    return true;
  }

  get best(): string | null {
    return this.custom ?? this.generated ?? this.own ?? this.only;
  }

  /** The entries of a file that has been read: what they said of others has been taken. */
  forget(): void {
    this.isTitled = !this.isUntitled;
    this.seen.clear();
  }

  /** Only its prompt is left to call it by. */
  get isUntitled(): boolean {
    return !this.isTitled && this.custom === null && this.generated === null && this.own === null;
  }

  /** Leaf → summary, of conversations that are not this one. */
  get ofOthers(): ReadonlyMap<string, string> {
    return new Map([...this.summaries].filter(([leaf]) => !this.seen.has(leaf)));
  }

  get notes(): { readonly summaries?: readonly string[] } {
    return this.summaries.size === 0 ? {} : { summaries: [...this.summaries.values()] };
  }

  private get own(): string | null {
    return [...this.summaries].filter(([leaf]) => this.seen.has(leaf)).at(-1)?.[1] ?? null;
  }

  /** A log with one summary and nothing that it could belong to: most likely its own. */
  private get only(): string | null {
    const [summary = null] = this.summaries.values();
    return this.summaries.size === 1 ? summary : null;
  }
}
