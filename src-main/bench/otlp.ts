import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startApplication } from './application';
import { type DocumentsPlan, measureFolder } from './documents';
import { makeOtlpCorpus } from './otlp-corpus';
import type { Figure } from './report';

const data = resolve(import.meta.dirname, '../../../shared/data');

/** One OTLP JSON document of this size. Nothing where the real spans are not beside the clone. */
export async function measureOtlp({ folder, bytes }: DocumentsPlan): Promise<Figure[]> {
  if (!existsSync(join(data, 'junjo'))) return [];
  const path = join(folder, 'otlp.json');
  const made = makeOtlpCorpus(data, path, bytes);
  await using application = await startApplication(join(folder, 'otlp-home'));
  return await measureFolder(application, 'OTLP JSON', { path, bytes: made });
}
