import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isJson, jsonOf, textOf } from '../agent-session';
import type { DocumentFile } from '../documents';
import { type ClaudeLine, parseLine } from './line';

/** An answer of a subagent that the log of its session tells as progress of a tool. */
export interface ProgressAnswer {
  readonly agentId: string | null;
  /** As it would stand in the subagent's own log. */
  readonly line: ClaudeLine;
}

/** Undefined: the progress is of something else. */
export function progressAnswer({ raw, sessionId, at }: ClaudeLine): ProgressAnswer | undefined {
  const data = jsonOf(raw.data);
  const line = data.type === 'agent_progress' ? parseLine(data.message) : undefined;
  if (line?.type !== 'assistant' || !isJson(line.message?.usage)) return undefined;
  return {
    agentId: textOf(data.agentId),
    line: { ...line, sessionId, at: line.at ?? at, isSidechain: true },
  };
}

/** The subagents whose own logs are read with a session's: those tell their answers whole. */
export class AgentLogs {
  private readonly folders = new Map<string, Promise<readonly string[]>>();

  async beside({ path, root }: DocumentFile): Promise<ReadonlySet<string>> {
    if (root === path) return new Set();
    const found = await Promise.all([
      this.agentsIn(dirname(path)),
      agentsIn(join(path.replace(/\.jsonl(?:\.\w+)?$/, ''), 'subagents')),
    ]);
    return new Set(found.flat());
  }

  /** A project's folder holds the logs of many sessions. */
  private agentsIn(folder: string): Promise<readonly string[]> {
    const known = this.folders.get(folder) ?? agentsIn(folder);
    this.folders.set(folder, known);
    return known;
  }
}

async function agentsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => /^agent-([\w-]+)\.jsonl/.exec(name)?.[1] ?? []);
}
