import type { WrittenText } from '../row-reader';

/** What the reader thread is asked, and what it answers. Both ends are ours and built together. */
export type ReaderRequest =
  | {
      readonly id: number;
      readonly type: 'open';
      readonly uri: string;
      readonly isExclusive: boolean;
      readonly sharedWal: string | null;
    }
  | { readonly id: number; readonly type: 'close' }
  | { readonly id: number; readonly type: 'give-way' }
  | {
      readonly id: number;
      readonly type: 'rows';
      readonly sql: string;
      readonly values: readonly SqliteValue[];
    }
  | {
      readonly id: number;
      readonly type: 'text';
      readonly sql: string;
      readonly runs: readonly (readonly SqliteValue[])[];
      readonly file: string;
      readonly maximumBytes: number;
    };

export type SqliteValue = string | number | bigint | null | Uint8Array;

export type ReaderAnswer =
  | { readonly id: number; readonly type: 'rows'; readonly rows: SqliteValue[][] }
  | ({ readonly id: number; readonly type: 'text' } & WrittenText)
  | { readonly id: number; readonly type: 'failed'; readonly code: string; readonly message: string };
