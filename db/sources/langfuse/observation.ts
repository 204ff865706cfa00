import type { ObservedNode } from '../recorded-chat';
import { type Fields, isObject, openJson, utcOf } from '../recorded-chat';
import { costOf, tokensOf } from './usage-details';

const TOOL_NAME = /^(?:running tool:|execute_tool\b|tool[.:])\s*/i;

/** An observation as Langfuse keeps it, keys in camel case. */
export function nodeOf(said: Fields): ObservedNode {
  const type = said.text('type');
  const name = said.text('name');
  const tokens = tokensOf(said);
  const costUsd = costOf(said);
  const isTool = type === 'TOOL' || (type === 'SPAN' && TOOL_NAME.test(name ?? ''));
  const isMeasured = tokens !== undefined || costUsd !== null;
  const kind =
    type === 'GENERATION' || type === 'EMBEDDING' || (isMeasured && !isTool)
      ? 'call'
      : isTool
        ? 'tool'
        : type === 'EVENT'
          ? 'note'
          : 'span';
  const isError = said.raw('level') === 'ERROR';
  return {
    id: said.name('id') ?? said.at,
    parentId: said.name('parentObservationId') || null,
    name: kind === 'tool' ? (name?.replace(TOOL_NAME, '') ?? null) : name,
    kind,
    type,
    startAt: utcOf(said.raw('startTime')),
    endAt: utcOf(said.raw('endTime')),
    input: openJson(said.raw('input')),
    output: openJson(said.raw('output')),
    model: said.text('model', 'providedModelName') || null,
    provider: providerOf(said),
    tokens,
    costUsd,
    error: isError ? said.text('statusMessage') || 'error' : null,
    requestParams: openJson(said.raw('modelParameters')),
    attributes: said.value,
    usage: openJson(said.raw('usageDetails')) ?? said.raw('usage'),
  };
}

function providerOf(said: Fields): string | null {
  const metadata = openJson(said.raw('metadata'));
  const attributes = isObject(metadata) ? openJson(metadata.attributes) : undefined;
  if (!isObject(attributes)) return null;
  const system =
    attributes['gen_ai.system'] ?? attributes['gen_ai.provider.name'] ?? attributes['llm.provider'];
  return typeof system === 'string' ? system : null;
}
