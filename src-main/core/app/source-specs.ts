import { resolve } from 'node:path';
import type { SourceSpec } from '../../contract';

/** The path or URL of a spec, never its token. */
export function locationOf(spec: SourceSpec): string {
  switch (spec.kind) {
    case 'path':
      return spec.path;
    case 'remote':
      return spec.url;
    case 'live':
      return 'live';
  }
}

/** As it may be written to a file. */
export function withoutToken(spec: SourceSpec): SourceSpec {
  return spec.kind === 'remote' ? { kind: 'remote', url: spec.url } : spec;
}

const remoteUrl = /^(libsql|https?|wss?):\/\//;

/** What a PATH argument of the command line means: a URL is a remote store, all else a file or folder. */
export function specOfArgument(argument: string, workingFolder: string): SourceSpec {
  if (remoteUrl.test(argument)) return { kind: 'remote', url: argument };
  return { kind: 'path', path: resolve(workingFolder, argument) };
}
