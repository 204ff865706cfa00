import type { DocumentFile } from '../documents';
import { isObject } from '../recorded-chat';

/** Marks of one file's samples that are remembered from reading to reading; more are not worth their room. */
const MOST_KEPT = 10_000;

/** Which file of a reading tells a sample: a log may lie beside its conversion, whole or in part, or beside the log that it was retried in. */
export class SampleFiles {
  private readonly files = new Map<string, string>();
  private own: string[] = [];

  begin(file: DocumentFile): void {
    this.own = [];
    for (const { name, kept } of file.unchanged())
      for (const sample of samplesIn(kept)) if (!this.files.has(sample)) this.files.set(sample, name);
  }

  /** The other file that tells the sample. */
  otherOf(sample: string, file: string): string | undefined {
    const other = this.files.get(sample);
    return other === file ? undefined : other;
  }

  add(sample: string, file: string): void {
    this.files.set(sample, file);
    this.own.push(sample);
  }

  /** What is to be kept of the file that was read. */
  get kept(): { readonly samples: readonly string[] } {
    return { samples: this.own.slice(0, MOST_KEPT) };
  }
}

function samplesIn(kept: unknown): readonly string[] {
  const samples = isObject(kept) && Array.isArray(kept.samples) ? kept.samples : [];
  return samples.filter((sample): sample is string => typeof sample === 'string');
}
