import { closeSync, existsSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, SignJWT } from 'jose';
import { makeStoreDirectory, type StoreFiles } from './directory';
import { errorCode, translateFileError } from './file-errors';

/** What a client shows to read (`ro`) or to write (`rw`). */
export interface StoreTokens {
  readonly token: string;
  readonly readOnlyToken: string;
}

const ALGORITHM = 'EdDSA';

/** The store's tokens; its Ed25519 key pair is made on first use and stays with the directory. */
export async function openKeys(files: StoreFiles): Promise<StoreTokens> {
  makeStoreDirectory(files);
  if (!existsSync(files.privateKey) || !existsSync(files.publicKey)) await makeKeys(files);
  const key = await importPKCS8(readFileSync(files.privateKey, 'utf8'), ALGORITHM);
  const sign = (access: 'ro' | 'rw') =>
    new SignJWT({ a: access }).setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' }).sign(key);
  return { token: await sign('rw'), readOnlyToken: await sign('ro') };
}

async function makeKeys(files: StoreFiles): Promise<void> {
  const pair = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  // The public half first: whoever finds the private one finds a complete pair.
  writeWhole(files.publicKey, await exportSPKI(pair.publicKey), 0o644);
  writeWhole(files.privateKey, await exportPKCS8(pair.privateKey), 0o600);
}

/** Appears complete or not at all. */
function writeWhole(path: string, text: string, mode: number): void {
  const draft = `${path}.${process.pid}.draft`;
  try {
    const descriptor = openSync(draft, 'wx', mode);
    try {
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
    rmSync(path, { force: true });
    linkSync(draft, path);
  } catch (error) {
    if (errorCode(error) !== undefined) throw translateFileError(error, path);
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
