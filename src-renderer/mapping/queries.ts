import { keepPreviousData } from '@tanstack/react-query';
import type { Mapping } from '../../src-main/contract';
import { data } from '../app/connect';

/** Asked once for a visit: what is being changed must not be replaced under the user's hands. */
export function surveyOf(path: string) {
  return data.mapping.survey.queryOptions({
    input: { path },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

export function previewOf(path: string, mapping: Mapping) {
  return data.mapping.preview.queryOptions({ input: { path, mapping }, placeholderData: keepPreviousData });
}
