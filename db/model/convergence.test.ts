import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allRuns, carriedRuns, hasAllRuns, needsAllRuns } from '../testing/pidgin-runs';
import { type ConvergenceProfile, convergenceByTurn, type SidedMessage } from './convergence';

interface RecordedRun {
  readonly messages: SidedMessage[];
  readonly recorded: Map<number, number>;
}

/** Messages and recorded scores of one events file, of any shape. */
function readRun(file: string): RecordedRun {
  const messages: SidedMessage[] = [];
  const recorded = new Map<number, number>();
  let turn = 0;
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const parsed = JSON.parse(line);
    const event = parsed.data ?? parsed;
    const type = parsed.event_type;
    if (type === 'TurnStartEvent') turn = event.turn_number;
    if (type === 'MessageCompleteEvent') {
      messages.push({ side: event.agent_id === 'agent_a' ? 'a' : 'b', text: event.message.content, turn });
    }
    if (type === 'TurnCompleteEvent' && event.convergence_score != null) {
      recorded.set(event.turn_number, event.convergence_score);
    }
  }
  return { messages, recorded };
}

function runsBelow(folder: string): RecordedRun[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('events.jsonl'))
    .map((name) => readRun(join(folder, name)));
}

function countEqual(
  runs: readonly RecordedRun[],
  profile: ConvergenceProfile,
): { equal: number; all: number } {
  let equal = 0;
  let all = 0;
  for (const { messages, recorded } of runs) {
    const scores = new Map(convergenceByTurn(messages, profile).map(({ turn, score }) => [turn, score]));
    for (const [turn, score] of recorded) {
      all += 1;
      if (scores.get(turn) === score) equal += 1;
    }
  }
  return { equal, all };
}

describe('the convergence score', () => {
  const runs = runsBelow(carriedRuns);

  it('equals every score recorded in three real runs with the structural profile', () => {
    expect(countEqual(runs, 'structural')).toEqual({ equal: 12, all: 12 });
  });

  it('differs from most of them with the other profiles', () => {
    for (const profile of ['balanced', 'semantic', 'strict'] as const) {
      expect(countEqual(runs, profile).equal).toBeLessThan(6);
    }
  });

  it.skipIf(!hasAllRuns)(`equals every score recorded in all real runs${needsAllRuns}`, () => {
    const all = runsBelow(join(allRuns, 'experiments'));
    expect(countEqual(all, 'structural')).toEqual({ equal: 101, all: 101 });
    for (const profile of ['balanced', 'semantic', 'strict'] as const) {
      expect(countEqual(all, profile).equal).toBeLessThan(50);
    }
  });

  it('is unknown until both sides have spoken', () => {
    expect(convergenceByTurn([{ side: 'a', text: 'Hello.', turn: 0 }])).toEqual([{ turn: 0, score: null }]);
  });

  it('is 1 for equal messages and counts code points, not UTF-16 units', () => {
    const said = (side: 'a' | 'b', text: string): SidedMessage => ({ side, text, turn: 0 });
    expect(convergenceByTurn([said('a', 'Same.'), said('b', 'same. ')])[0]?.score).toBe(1);
    expect(convergenceByTurn([said('a', '🙂🙂🙂🙂'), said('b', '🙂🙂')])[0]?.score).toBeLessThan(1);
  });
});
