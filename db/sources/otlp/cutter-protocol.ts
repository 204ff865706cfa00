import type { Failure } from '../../model';
import type { JsonShape } from './recognise';
import type { SpanBlock } from './span-blocks';

/** What the thread that cuts a file is started with. */
export interface CutterJob {
  readonly path: string;
  readonly shape: JsonShape;
}

/** To the thread: room for one more block. */
export type CutterRoom = ArrayBuffer;

export type CutterMessage =
  | { readonly type: 'block'; readonly block: SpanBlock }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly failure: Failure }
  /** What the system said of the file. */
  | {
      readonly type: 'unreadable';
      readonly message: string;
      readonly code: unknown;
      readonly syscall: unknown;
    };
