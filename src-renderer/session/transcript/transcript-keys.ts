export type TranscriptMove =
  | 'next'
  | 'previous'
  | 'nextPage'
  | 'previousPage'
  | 'first'
  | 'last'
  | 'fold'
  | 'unfold'
  | 'foldAll'
  | 'unfoldAll'
  | 'details';

const moves: Readonly<Record<string, TranscriptMove>> = {
  ArrowDown: 'next',
  j: 'next',
  ArrowUp: 'previous',
  k: 'previous',
  PageDown: 'nextPage',
  PageUp: 'previousPage',
  Home: 'first',
  End: 'last',
  ArrowLeft: 'fold',
  ArrowRight: 'unfold',
  Enter: 'details',
  ' ': 'details',
};

const shiftMoves: Readonly<Record<string, TranscriptMove>> = {
  ArrowLeft: 'foldAll',
  ArrowRight: 'unfoldAll',
};

/** What a key does in the transcript. */
export function moveOf({ key, shiftKey }: { readonly key: string; readonly shiftKey: boolean }) {
  return shiftKey ? shiftMoves[key] : moves[key];
}
