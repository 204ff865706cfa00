/** What to open. `live` is the store of this application; `path` is a file or folder; `remote` a libsql/sqld URL. */
export type SourceSpec =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'remote'; readonly url: string; readonly token?: string | undefined }
  | { readonly kind: 'live' };

/** The order in which a source is read: the screen fills from the mirror as stages land. */
export const stageNames = ['recognise', 'sessions', 'timesteps', 'events', 'messages', 'payloads'] as const;
export type StageName = (typeof stageNames)[number];

/** Something a source says that does not hold: a line that is no JSON, a file that a manifest names and that is not there. */
export interface SourceWarning {
  /** file:line, table or row it is about */
  readonly at: string;
  readonly message: string;
  readonly count: number;
}
