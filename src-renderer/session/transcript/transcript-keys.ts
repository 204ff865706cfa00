export type TranscriptMove =
  | 'next'
  | 'previous'
  | 'nextPage'
  | 'previousPage'
  | 'first'
  | 'last'
  | 'fold'
  | 'unfold'
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

/** What a key does in the transcript. */
export function moveOf(key: string): TranscriptMove | undefined {
  return moves[key];
}
