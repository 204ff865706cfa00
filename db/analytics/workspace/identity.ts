import { createHash } from 'node:crypto';
import type { SourceSpec, TraceSource } from '../../sources';

/** What a source is called, and what makes it the same one. */

export function locationOf(spec: SourceSpec): string {
  switch (spec.kind) {
    case 'path':
      return spec.path;
    case 'remote':
      return spec.url;
    case 'live':
      return 'live store';
  }
}

export function isSame(a: SourceSpec, b: SourceSpec): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The same for the same real path or URL, namespace and format, in every run. */
export function idOf(source: TraceSource): string {
  return createHash('sha256')
    .update(`${source.location}\0${source.namespace ?? ''}\0${source.format}`)
    .digest('hex')
    .slice(0, 16);
}
