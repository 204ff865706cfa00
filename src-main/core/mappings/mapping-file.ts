import { readFile, stat } from 'node:fs/promises';
import { ExpectedError, type Mapping, mapping, mappingVersion } from '../../../db/model';
import { writeAtomically } from '../app';

/** A mapping has a few kilobytes. */
const MOST_BYTES = 5_000_000;

/** Writes it beside and renames it. A file of the name that is no mapping stays. */
export async function saveMapping(path: string, next: Mapping): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere && (await loadMapping(path).catch(() => undefined)) === undefined) {
    throw new ExpectedError('EXPORT_TARGET_EXISTS', `${path} is there already, and is no mapping.`, {
      path,
      action: 'Choose another name.',
    });
  }
  try {
    writeAtomically(path, `${JSON.stringify(next, null, 2)}\n`);
  } catch (error) {
    throw new ExpectedError(
      'SOURCE_UNREADABLE',
      `${path} could not be written: ${error instanceof Error ? error.message : String(error)}`,
      { path, action: 'Choose a folder in which writing is allowed.' },
      { cause: error },
    );
  }
}

export async function loadMapping(path: string): Promise<Mapping> {
  const parsed = mapping.safeParse(await jsonOf(path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new ExpectedError(
    'FORMAT_UNKNOWN',
    `${path} is no mapping of version ${mappingVersion}: ${issue?.message ?? 'not understood'}${where}.`,
    {
      path,
      detected: 'JSON',
      action: 'Choose a file that “Export Mapping” wrote, or stepscope mapping PATH --json.',
    },
  );
}

async function jsonOf(path: string): Promise<unknown> {
  const found = await stat(path).catch((error: unknown) => {
    throw new ExpectedError(
      'SOURCE_NOT_FOUND',
      `${path} is not there.`,
      { path, action: 'Check the path.' },
      { cause: error },
    );
  });
  if (!found.isFile() || found.size > MOST_BYTES) return undefined;
  try {
    const text = await readFile(path, 'utf8');
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
