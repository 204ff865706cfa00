import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ExpectedError, exportManifestName } from '../../model';

/** The folder of an export: written beside its place under another name, renamed when it is whole. */
export class ExportTarget implements AsyncDisposable {
  private constructor(
    readonly path: string,
    readonly partial: string,
    private readonly isExport: (names: readonly string[]) => boolean,
  ) {}

  /** Fails with EXPORT_TARGET_EXISTS before anything is written. `isExport` knows a folder that may be replaced by its files. */
  static async create(
    target: string,
    overwrite: boolean,
    isExport: (names: readonly string[]) => boolean = hasManifest,
  ): Promise<ExportTarget> {
    const path = resolve(target);
    await checkTarget(path, overwrite ? isExport : undefined);
    const partial = join(dirname(path), `.${basename(path)}.partial-${randomBytes(4).toString('hex')}`);
    try {
      await mkdir(partial);
    } catch (error) {
      throw translateFileError(error, path);
    }
    return new ExportTarget(path, partial, isExport);
  }

  /** Puts the finished folder in its place; what was there before goes last. */
  async finish(overwrite: boolean): Promise<void> {
    await checkTarget(this.path, overwrite ? this.isExport : undefined);
    const old = `${this.partial}-old`;
    const hadOld = await exists(this.path);
    if (hadOld) await rename(this.path, old);
    await rename(this.partial, this.path);
    if (hadOld) await rm(old, { recursive: true });
  }

  /** Removes what was not finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.partial, { recursive: true, force: true });
  }
}

function hasManifest(names: readonly string[]): boolean {
  return names.includes(exportManifestName);
}

/** `mayReplace` absent: nothing is. */
async function checkTarget(
  path: string,
  mayReplace: ((names: readonly string[]) => boolean) | undefined,
): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return;
  const names = found.isDirectory() ? await readdir(path) : undefined;
  if (mayReplace !== undefined && names !== undefined && (names.length === 0 || mayReplace(names))) return;
  throw new ExpectedError('EXPORT_TARGET_EXISTS', `${path} exists already.`, {
    path,
    action: mayReplace
      ? 'It is no export, so it is not replaced. Choose another name.'
      : 'Choose another name, or allow that it is replaced.',
  });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** What a file system says while an export is written, as a code. */
export function translateFileError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const options = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const action = 'Free some space, or choose a folder on another disk.';
    return new ExpectedError(
      'DISK_FULL',
      `The disk is full: ${path} could not be written.`,
      { path, action },
      options,
    );
  }
  if (code === 'ENOENT') {
    const action = 'Choose a folder that exists.';
    return new ExpectedError(
      'SOURCE_NOT_FOUND',
      `${dirname(path)} does not exist.`,
      { path, action },
      options,
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR') {
    const action = 'Choose a folder that you may write to.';
    return new ExpectedError('SOURCE_UNREADABLE', `${path} cannot be written.`, { path, action }, options);
  }
  return error;
}
