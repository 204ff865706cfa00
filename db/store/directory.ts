import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { translateFileError } from './file-errors';

/** Where things are in a store's directory. It is sqld's own directory; what is ours lies in `.stepscope`. */
export interface StoreFiles {
  readonly directory: string;
  readonly own: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly holder: string;
  readonly data: string;
  readonly wal: string;
}

export function storeFiles(directory: string): StoreFiles {
  const root = resolve(directory);
  const own = join(root, '.stepscope');
  const namespace = join(root, 'dbs/default');
  return {
    directory: root,
    own,
    privateKey: join(own, 'private-key.pem'),
    publicKey: join(own, 'public-key.pem'),
    holder: join(own, 'holder.json'),
    data: join(namespace, 'data'),
    wal: join(namespace, 'data-wal'),
  };
}

/** Makes the directory where it is missing. Ours is for its owner only: it holds the keys. */
export function makeStoreDirectory(files: StoreFiles): void {
  try {
    mkdirSync(files.directory, { recursive: true });
    mkdirSync(files.own, { recursive: true, mode: 0o700 });
    chmodSync(files.own, 0o700);
  } catch (error) {
    throw translateFileError(error, files.directory);
  }
}
