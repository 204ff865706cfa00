import { resolve } from 'node:path';
import { applicationVersion } from '../../core/version';
import { runServe } from '../../shell-serve';

export interface ServeOptions {
  readonly port?: number;
  readonly open: boolean;
  readonly json: boolean;
  readonly root?: string;
}

/** `serve [PATH…]`: the window in a browser, until it is told to stop. */
export async function serve(paths: readonly string[], options: ServeOptions): Promise<void> {
  const { root, ...rest } = options;
  await runServe({
    ...rest,
    paths,
    ...(root === undefined ? {} : { root: resolve(root) }),
    version: applicationVersion,
    print: (line) => void process.stdout.write(`${line}\n`),
  });
}
