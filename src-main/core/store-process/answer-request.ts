import { randomUUID } from 'node:crypto';
import { ExpectedError, type Failure, toFailure } from '../../../db/model';
import { Throttle } from '../../../db/runtime';
import {
  isStoreRequest,
  type StoreProgress,
  type StoreReport,
  type StoreRequestName,
  storeRequests,
} from '../store-protocol';
import { type StoreAnswers, type StoreHost, storeAnswers } from './answers';

export interface Asked {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly host: StoreHost;
  readonly signal: AbortSignal;
  readonly report: (progress: StoreProgress) => void;
}

/** As for jobs: ten snapshots a second are enough for an eye. */
const PROGRESS_MS = 100;

/** Runs a request to its end. A bug is an answer as well: it must not end the store under everybody who writes. */
export async function answerRequest(asked: Asked): Promise<StoreReport> {
  const { id, name } = asked;
  try {
    if (!isStoreRequest(name)) throw new Error(`the store process knows no request ${name}`);
    return { type: 'answered', id, output: await run(name, asked) };
  } catch (error) {
    return { type: 'refused', id, failure: failureOf(error, asked) };
  }
}

async function run<N extends StoreRequestName>(name: N, asked: Asked): Promise<unknown> {
  const { host, signal } = asked;
  const answer: StoreAnswers[N] = storeAnswers[name];
  let last: StoreProgress | undefined;
  const throttle = new Throttle(PROGRESS_MS, () => last && asked.report(last));
  const report = (progress: StoreProgress) => {
    last = progress;
    throttle.call();
  };
  try {
    return await answer({ host, input: storeRequests[name].input.parse(asked.input), signal, report });
  } finally {
    throttle[Symbol.dispose]();
  }
}

function failureOf(error: unknown, { signal, name }: Asked): Failure {
  if (error instanceof ExpectedError) return toFailure(error);
  if (signal.aborted)
    return {
      code: 'CANCELLED',
      message: 'It was cancelled.',
      data: { action: 'Start it again when it is wanted.' },
    };
  const why = error instanceof Error ? error.message : String(error);
  return { code: 'UNEXPECTED', message: `${name}: ${why}`, data: { id: randomUUID() } };
}
