import { ExpectedError } from '../../model';
import { type GroupMember, type MemberResult, planGroup, readGroup, readLone } from './group';
import { streamResult } from './hrana';
import { KeptStreams } from './kept-streams';
import { findTablesWithoutRowIds } from './keyless-tables';
import { loneReply } from './replies';
import { noteFailing, noteUnreadable, UNREADABLE } from './sql-facts';
import { newTransaction, type PendingWrite, type WriteRunner, type WriteRunnerOptions } from './write-runner';

/** A write that is one statement on a stream of its own. */
export interface LoneWrite extends PendingWrite {
  readonly member: GroupMember;
}

/** Does the single statements of whoever has the permit, on a stream that is kept: each alone, or together in one transaction. */
export class LoneWrites implements AsyncDisposable {
  private readonly streams: KeptStreams;

  constructor(
    private readonly options: WriteRunnerOptions,
    private readonly runner: WriteRunner,
  ) {
    this.streams = new KeptStreams({ upstream: options.upstream, limitMs: options.writeLimitMs });
  }

  /** Writes of one right. When a shared transaction comes to nothing each gets its own, so that what fails is what fails alone. */
  async write(group: readonly LoneWrite[]): Promise<void> {
    const [first, ...others] = group;
    if (first === undefined) return;
    try {
      if (others.length > 0) await this.share(group, false);
      else if (isUpsert(first)) await this.runEach(group);
      else await this.writeOne(first);
    } catch (error) {
      for (const each of group) {
        this.options.figures.addError(each.call.client);
        each.fail(error);
      }
    }
  }

  /** The database lost its streams. */
  forgetStreams(): void {
    this.streams.forgetAll();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.streams[Symbol.asyncDispose]();
  }

  private async writeOne(write: LoneWrite): Promise<void> {
    const { call, member } = write;
    const stream = this.streams.of(call.authorization);
    const { lastRowId } = stream;
    const answer = await stream.send(`{"type":"execute","stmt":${JSON.stringify(member.statement)}}`);
    // What the database refuses whole it refuses in its own words, to the client's own request.
    if (answer.kind === 'refused') return this.runEach([write]);
    const own = readLone(member, { result: answer.results[0], lastRowId });
    stream.lastRowId = own.lastRowId;
    if (own.result.type === 'error') {
      noteIfUnreadable(member, own.result.error.code);
      // Where its last row id stands is not known.
      await stream.end();
    }
    await this.acknowledge([write], [own]);
  }

  private async share(group: readonly LoneWrite[], isCareful: boolean): Promise<void> {
    const members = group.map(({ member }) => member);
    const authorization = group[0]?.call.authorization;
    const isOwn = group.some(isUpsert);
    const stream = isOwn ? this.streams.once(authorization) : this.streams.of(authorization);
    const { lastRowId } = stream;
    const plan = planGroup(members, isCareful);
    const answer = await stream.send(isOwn ? `${plan.requests},{"type":"close"}` : plan.requests);
    if (answer.kind === 'refused') return this.runEach(group);
    const [result, state] = answer.results;
    const outcome = readGroup(members, plan, { result, lastRowId });
    const isClean =
      outcome.kind === 'committed' && outcome.results.every((each) => each.result.type === 'ok');
    if (!isClean || !isAutocommit(state)) await stream.end();
    else stream.lastRowId = outcome.lastRowId;
    switch (outcome.kind) {
      case 'committed':
        return this.acknowledge(group, outcome.results);
      case 'unknown':
        throw unknownEnd(outcome.message);
      case 'undone': {
        // Whose row id is told after an upsert that failed cannot be known.
        if (outcome.failed === null || isOwn) return this.runEach(group);
        noteFailing(outcome.failed.statement.sql ?? '');
        return this.share(group, true);
      }
    }
  }

  private async runEach(group: readonly LoneWrite[]): Promise<void> {
    for (const { call, member, answer, fail } of group) {
      try {
        const reply = await this.runner.run(
          newTransaction(call, () => {}),
          call,
        );
        noteIfUnreadable(
          member,
          UNREADABLE.find((code) => reply.body.includes(`"${code}"`)),
        );
        answer(reply);
      } catch (error) {
        fail(error);
      }
    }
  }

  private async acknowledge(group: readonly LoneWrite[], results: readonly MemberResult[]): Promise<void> {
    const { figures, onCommit, upstream } = this.options;
    const doubtful = group.flatMap(({ member: { grouping } }, at) =>
      results[at]?.isDoubtful && grouping.table ? [grouping.table] : [],
    );
    const keyless = await findTablesWithoutRowIds(upstream, doubtful, group[0]?.call.authorization);
    let statements = 0;
    let total = 0;
    group.forEach(({ call, member, answer }, at) => {
      const own = results[at];
      if (own === undefined) throw new Error('a group has a result for each member');
      const { result, rows } = own;
      if (result.type === 'error') figures.addError(call.client);
      else if (rows > 0) statements += 1;
      if (own.isDoubtful && result.type === 'ok' && keyless.has(member.grouping.table ?? ''))
        Object.assign(result.response.result ?? {}, { last_insert_rowid: '0' });
      figures.addRows(call.client, rows);
      total += rows;
      answer(loneReply(call.request, result));
    });
    if (total === 0) return;
    figures.addCommits({ commits: 1, statements, rows: total });
    onCommit(total);
  }
}

/** Whether it inserted is told by its row id, which must not be one of another table: it gets a stream of its own. */
function isUpsert({ member }: LoneWrite): boolean {
  return member.grouping.key !== 'plain';
}

/** A text that the database could not read takes a whole group with it: from now on it goes alone. */
function noteIfUnreadable({ statement }: GroupMember, code: string | null | undefined): void {
  if (code != null && UNREADABLE.includes(code)) noteUnreadable(statement.sql ?? '');
}

function isAutocommit(state: unknown): boolean {
  const { data } = streamResult.safeParse(state);
  return data?.type === 'ok' && data.response.is_autocommit === true;
}

function unknownEnd(message: string): ExpectedError {
  return new ExpectedError(
    'STORE_UNAVAILABLE',
    `sqld gave up a transaction (${message}); the write may or may not have been made.`,
    { action: 'Send it again; with ids of its own it cannot be written twice.' },
  );
}
