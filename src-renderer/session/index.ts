/**
 * One session: its *header* with totals, and its *tabs*, each a *view* of the address. `basisText` and `ModelTable` say what dollars and
 * latencies of models are made of, here and on the Analytics screen.
 */
export { basisText } from './basis';
export { ModelTable } from './model-table';
export { SessionScreen } from './session-screen';
