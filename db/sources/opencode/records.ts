import { type Json, jsonOf, textOf } from '../agent-session';
import type { StepUsage } from './tokens';

/** A session with its messages and their parts, whatever version kept them and where. */
export interface OpenCodeSession {
  readonly id: string;
  readonly parentId: string | null;
  readonly title: string | null;
  /** The project's folder. */
  readonly directory: string | null;
  readonly created: unknown;
  readonly updated: unknown;
  readonly notes: Json;
  readonly messages: readonly OpenCodeMessage[];
  /** What only the whole session says. */
  readonly totals: StepUsage | null;
}

export interface OpenCodeMessage {
  readonly id: string;
  /** `role`, `time`, `tokens`, `cost`, `modelID`, `providerID`, `error` … */
  readonly info: Json;
  readonly parts: readonly Json[];
}

/** What the JSON of a session says of it, in its own file or in an export. */
export function aboutSession(info: Json): Omit<OpenCodeSession, 'id' | 'messages'> {
  const { created, updated } = jsonOf(info.time);
  return {
    parentId: textOf(info.parentID),
    title: textOf(info.title),
    directory: textOf(info.directory),
    created,
    updated,
    notes: { project_id: info.projectID, version: info.version },
    totals: null,
  };
}
