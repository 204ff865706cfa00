import { useQuery } from '@tanstack/react-query';
import type { SessionRef, TranscriptItem } from '../../../src-main/contract';
import { findStep, transcriptPage, transcriptPageSize } from '../queries';
import type { StepItem } from './item-views';

interface StepHead {
  readonly item: StepItem;
  /** Its place in the transcript, where that is known. */
  readonly at: number | null;
}

interface Input {
  readonly ref: SessionRef;
  readonly item: TranscriptItem | undefined;
  readonly position: number;
  readonly get: (position: number) => TranscriptItem | undefined;
}

/** The header of the step that an item belongs to. Mostly it is loaded; in a long step it has to be looked up. */
export function useStepHead({ ref, item, position, get }: Input): StepHead | null {
  const near = item === undefined ? null : headBefore(position, get);
  const stepKey = item?.stepKey ?? null;
  const isFar = item !== undefined && near === null && stepKey !== null;
  const found = useQuery({ ...findStep(ref, stepKey ?? ''), enabled: isFar });
  const at = found.data?.positions[0];
  const page = useQuery({
    ...transcriptPage(ref, Math.floor((at ?? 0) / transcriptPageSize)),
    enabled: isFar && at !== undefined,
  });
  if (near !== null || !isFar || at === undefined) return near;
  const head = page.data?.items[at % transcriptPageSize];
  return head?.kind === 'step' ? { item: head, at } : null;
}

function headBefore(
  position: number,
  get: (position: number) => TranscriptItem | undefined,
): StepHead | null {
  for (let at = position; at >= 0; at -= 1) {
    const item = get(at);
    if (item === undefined) return null;
    if (item.kind === 'step') return { item, at };
  }
  return null;
}
