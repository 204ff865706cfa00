import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { convergenceProfile, RawTable, Scope, SessionRef, SessionSort } from '../../src-main/contract';
import { data, dataClient } from '../app/connect';

export type ConvergenceProfile = z.infer<typeof convergenceProfile>;

export const transcriptPageSize = 100;
export const outlinePageSize = 50;

export function sessionDetail(ref: SessionRef) {
  return data.session.get.queryOptions({ input: { ref } });
}

export function transcriptPage(ref: SessionRef, page: number) {
  return data.session.transcript.queryOptions({
    input: { ref, offset: page * transcriptPageSize, limit: transcriptPageSize },
  });
}

export function outlinePage(ref: SessionRef, page: number) {
  return data.session.outline.queryOptions({
    input: { ref, offset: page * outlinePageSize, limit: outlinePageSize },
  });
}

/** Of the whole session, or of a span of it. */
export function sessionTimeline(ref: SessionRef, span?: { readonly from: number; readonly to: number }) {
  const input = span === undefined ? { ref } : { ref, fromMs: span.from, toMs: span.to };
  return data.session.timeline.queryOptions({ input });
}

export function sessionCosts(ref: SessionRef) {
  return data.session.costs.queryOptions({ input: { ref } });
}

export function sessionConvergence(ref: SessionRef, profile: ConvergenceProfile | undefined) {
  return data.session.convergence.queryOptions({
    input: profile === undefined ? { ref } : { ref, profile },
    placeholderData: keepPreviousData,
  });
}

export function sessionRows(ref: SessionRef, table: RawTable, page: { offset: number; limit: number }) {
  return data.session.rows.queryOptions({
    input: { ref, table, ...page },
    placeholderData: keepPreviousData,
  });
}

export function sessionNeighbours(ref: SessionRef, scope: Scope, sort: SessionSort) {
  return data.sessions.neighbours.queryOptions({ input: { ref, scope, sort } });
}

export function eventPayload(ref: SessionRef, eventKey: string) {
  return data.session.eventPayload.queryOptions({ input: { ref, eventKey } });
}

export interface TextSlice {
  readonly messageKey: string;
  readonly offset: number;
  readonly length: number;
}

export function messageSlice(ref: SessionRef, slice: TextSlice) {
  return data.session.messageText.queryOptions({
    input: { ref, ...slice },
    placeholderData: keepPreviousData,
  });
}

export function findText(ref: SessionRef, text: string) {
  return data.session.find.queryOptions({
    input: { ref, what: { kind: 'text', text } },
    placeholderData: keepPreviousData,
  });
}

export function findErrors(ref: SessionRef) {
  return data.session.find.queryOptions({ input: { ref, what: { kind: 'error' } } });
}

export function findStep(ref: SessionRef, stepKey: string) {
  return data.session.find.queryOptions({ input: { ref, what: { kind: 'step', stepKey } } });
}

export function findSteps(ref: SessionRef) {
  return data.session.find.queryOptions({ input: { ref, what: { kind: 'steps' } } });
}

/** The place of a step, or of an event in it: steps are found by the engine, what is in them by reading on. */
export function placeInTranscript(
  ref: SessionRef,
  place: { step?: string | undefined; event?: string | undefined },
) {
  return queryOptions({
    queryKey: ['place in transcript', ref, place.step ?? null, place.event ?? null],
    queryFn: async ({ signal }) => {
      let start = 0;
      if (place.step !== undefined) {
        const what = { kind: 'step' as const, stepKey: place.step };
        const found = await dataClient.session.find({ ref, what }, { signal });
        start = found.positions[0] ?? 0;
      }
      if (place.event === undefined) return start;
      for (let offset = start; offset < start + mostRead; offset += 500) {
        const { items, total } = await dataClient.session.transcript({ ref, offset, limit: 500 }, { signal });
        const at = items.findIndex((item) => item.kind === 'event' && item.eventKey === place.event);
        if (at !== -1) return offset + at;
        if (offset + 500 >= total) break;
      }
      return start;
    },
  });
}

const mostRead = 5_000;
