import { isJson } from '../agent-session';
import type { CallCopies } from './call-copies';
import { type ClaudeLine, copyMarksOf } from './line';

/** What `claude -p` said at the end of a session may stand alone: then it counts where nothing else tells the session's answers. */
export class LoneResults {
  /** The sessions whose answers the file tells, by their entries' names. */
  readonly told = new Set<string>();
  /** Those of which it tells nothing but their end. */
  readonly sessions = new Set<string>();
  elsewhere = 0;

  constructor(
    private readonly sessionCountedIn: (session: string) => string | undefined,
    private readonly copies: CallCopies,
  ) {}

  seeAnswer({ sessionId, message }: ClaudeLine): void {
    if (sessionId !== null && isJson(message?.usage)) this.told.add(sessionId);
  }

  /** The log of the session that the result is of, or the file that has the same result. */
  countedIn(line: ClaudeLine): string | undefined {
    const { sessionId, uuid } = line;
    if (sessionId === null || this.told.has(sessionId)) return undefined;
    this.sessions.add(sessionId);
    const countedIn = this.sessionCountedIn(sessionId);
    if (countedIn !== undefined) this.elsewhere += 1;
    return countedIn ?? this.copies.countedIn(`result ${uuid}`, copyMarksOf(line));
  }
}
