import type { TracedSession } from '../session';
import type { TracedTimestep } from '../timestep';
import { type CodingTask, codingTasks } from './coding-tasks';
import { DemoClock, demoMark, providerErrors, type SessionPlan } from './kit';
import { callFigures, rewardAt, tokensOf } from './models';

/** An agent that mends a bug: it reads, reproduces, edits and tests with tools. */

interface Turn {
  readonly thought: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: string;
  readonly isError?: boolean;
}

const SYSTEM_PROMPT =
  'You are a careful software engineer. Reproduce the problem with a test before you change anything, make the smallest change that mends it, and run the whole suite at the end. Use the tools; do not guess at file contents.';

export function traceCoding(plan: SessionPlan): void {
  const { tracer, random, course, progress } = plan;
  const task = random.pick(codingTasks);
  const clock = new DemoClock(plan.startAt);
  const session = tracer.session({
    id: plan.id,
    title: task.title,
    ...(plan.experimentId ? { experimentId: plan.experimentId } : {}),
    metadata: {
      ...demoMark,
      repository: task.repository,
      language: task.file.split('.').at(-1),
      attempt: random.integer(1, 3),
    },
    at: clock.now(),
  });
  const turns = script(plan, task);
  session.recordMessage({ role: 'system', content: SYSTEM_PROMPT, at: clock.now() });
  let context = tokensOf(SYSTEM_PROMPT, task.report) + 14_000;
  for (const [index, turn] of turns.entries()) {
    const isLast = index === turns.length - 1;
    const timestep = session.timestep({ at: clock.now(), metadata: { phase: turn.tool } });
    if (index === 0)
      timestep.recordMessage({
        role: 'user',
        content: `${task.report}\n\nRepository: ${task.repository}`,
        at: clock.now(),
      });
    const failed = isLast && plan.error !== undefined;
    traceTurn({ timestep, plan, turn, clock, context, failed });
    context += tokensOf(turn.thought, turn.output) + 60;
    if (isLast && plan.isRunning) return;
    rewardTimestep(session, timestep, { plan, clock, step: index, steps: turns.length });
    timestep.end({ at: clock.now() });
    clock.pass(random.between(80, 600));
    if (failed) break;
  }
  if (plan.error === undefined) finish(session, { plan, task, clock });
  const solved =
    plan.error === undefined &&
    (course === 'converging' ? random.chance(0.4 + 0.5 * progress) : random.chance(0.4));
  session.recordReward({
    totalReward: solved ? 1 : 0,
    achievements: solved ? 1 : 0,
    timesteps: turns.length,
    metadata: { solved, tests_passed: solved },
    at: clock.now(),
  });
  session.end({ at: clock.now(), metadata: { solved }, ...(plan.error ? { error: plan.error } : {}) });
}

interface TurnInput {
  readonly timestep: TracedTimestep;
  readonly plan: SessionPlan;
  readonly turn: Turn;
  readonly clock: DemoClock;
  readonly context: number;
  readonly failed: boolean;
}

function traceTurn({ timestep, plan, turn, clock, context, failed }: TurnInput): void {
  const { random, model } = plan;
  const callId = `toolu_${random.hex(6)}`;
  const figures = callFigures(random, model, {
    inputTokens: context,
    outputTokens: failed ? 0 : tokensOf(turn.thought, JSON.stringify(turn.input)) + 30,
    cachedTokens: timestep.turn > 0 ? Math.floor(context * 0.7) : 0,
  });
  const latencyMs = failed ? 60_000 : figures.latencyMs;
  clock.pass(latencyMs);
  const toolMs = turn.isError ? 120_000 : random.integer(20, turn.tool === 'run_tests' ? 14_000 : 400);
  timestep.recordEvent({
    type: 'cais',
    ...figures,
    latencyMs,
    apiType: plan.model.provider === 'anthropic' ? 'messages' : 'responses',
    system: 'llm:coder',
    at: clock.now(),
    requestParams: { temperature: 0.2, max_output_tokens: 4_096 },
    inputMessages: [{ role: 'system', text: SYSTEM_PROMPT }],
    ...(failed
      ? { error: plan.error ?? providerErrors[0], finishReason: 'error' }
      : {
          outputMessages: [{ role: 'assistant' as const, text: turn.thought }],
          toolCalls: [{ name: turn.tool, arguments: turn.input, callId }],
          toolResults: [{ callId, output: turn.output, isError: turn.isError === true, durationMs: toolMs }],
          finishReason: 'tool_calls',
        }),
  });
  if (failed) return;
  timestep.recordMessage({ role: 'assistant', content: turn.thought, at: clock.now() });
  timestep.recordMessage({
    role: 'tool_use',
    content: JSON.stringify({ name: turn.tool, arguments: turn.input, call_id: callId }),
    at: clock.now(),
  });
  timestep.recordEvent({
    type: 'runtime',
    system: `tool:${turn.tool}`,
    actions: [{ tool: turn.tool, ...turn.input }],
    latencyMs: toolMs,
    at: clock.pass(toolMs),
    ...(turn.isError ? { error: turn.output } : {}),
  });
  timestep.recordMessage({
    role: 'tool_result',
    content: JSON.stringify({ call_id: callId, status: turn.isError ? 'error' : 'ok', output: turn.output }),
    at: clock.now(),
  });
}

function rewardTimestep(
  session: TracedSession,
  timestep: TracedTimestep,
  at: { plan: SessionPlan; clock: DemoClock; step: number; steps: number },
): void {
  const { plan, clock } = at;
  const reward = Number(
    rewardAt(plan.random, plan.course, { step: at.step, steps: at.steps, progress: plan.progress }).toFixed(
      4,
    ),
  );
  const event = timestep.recordEvent({
    type: 'environment',
    system: 'env:sandbox',
    reward,
    stateAfter: { tests: { passed: 180 + at.step, failed: at.steps - at.step - 1 } },
    at: clock.pass(5),
  });
  if (at.step % 4 !== 3) return;
  session.recordReward({
    event,
    value: reward,
    type: 'judge',
    key: 'progress',
    turn: timestep.turn,
    annotation:
      reward > 0.5 ? 'The change addresses the cause.' : 'The agent is still looking in the wrong place.',
    source: 'evaluator',
    at: clock.now(),
  });
}

function finish(
  session: TracedSession,
  { plan, task, clock }: { plan: SessionPlan; task: CodingTask; clock: DemoClock },
): void {
  const timestep = session.timestep({ at: clock.now(), metadata: { phase: 'summary' } });
  const text = `The cause was in \`${task.symbol}\` (${task.file}). ${task.finding}\n\nI changed one place and left the public interface as it was:\n\n\`\`\`\n${task.after}\n\`\`\`\n\nThe test that reproduced the report now passes, and so does the rest of the suite.`;
  const figures = callFigures(plan.random, plan.model, { inputTokens: 22_000, outputTokens: tokensOf(text) });
  timestep.recordEvent({
    type: 'cais',
    ...figures,
    system: 'llm:coder',
    at: clock.pass(figures.latencyMs),
    outputMessages: [{ role: 'assistant', text }],
    finishReason: 'stop',
  });
  timestep.recordMessage({ role: 'assistant', content: text, at: clock.now() });
  timestep.end({ at: clock.now() });
}

/** What happens, in order: some runs take a wrong turn or have a tool that fails. */
function script({ random, course }: SessionPlan, task: CodingTask): Turn[] {
  const turns: Turn[] = [
    {
      thought: `The report names the symptom but not the place. I search for \`${task.symbol.split('.').at(-1)}\` to find out who calls it.`,
      tool: 'search',
      input: { query: task.symbol, glob: '**/*' },
      output: `${task.file}:41: ${task.symbol}\n${task.file}:87: ${task.symbol}\n${task.test.split(':')[0]}:12: ${task.symbol}\n3 matches in 2 files`,
    },
    {
      thought: `Two places in the same file. I read it around both before I form an opinion.`,
      tool: 'read_file',
      input: { path: task.file, from: 30, to: 95 },
      output: `41  ${task.before.replaceAll('\n', '\n42  ')}\n…\n87  # called from the scheduler as well`,
    },
    {
      thought: `${task.finding}\n\nBefore I touch it I want a test that fails for exactly this reason.`,
      tool: 'run_tests',
      input: { target: task.test },
      output: `FAILED ${task.test}\n${task.failure}\n1 failed in ${random.between(0.4, 6).toFixed(2)} s`,
    },
  ];
  const detours = course === 'converging' ? random.integer(0, 2) : random.integer(1, 5);
  for (let count = 0; count < detours; count++) turns.push(detour(random.integer(0, 3), task, count));
  turns.push(
    {
      thought:
        'The failure is the reported one. The smallest change is to put the check where the value is made, not where it is used.',
      tool: 'edit_file',
      input: { path: task.file, replace: task.before, with: task.after },
      output: `Edited ${task.file}: 1 replacement`,
    },
    {
      thought:
        'Now the same test again, alone first: if it still fails, the whole suite would only hide why.',
      tool: 'run_tests',
      input: { target: task.test },
      output: `PASSED ${task.test}\n1 passed in ${random.between(0.4, 6).toFixed(2)} s`,
    },
    {
      thought: 'It passes. The scheduler calls the same function, so I run everything before I call it done.',
      tool: 'run_tests',
      input: { target: 'all' },
      output: `${random.integer(160, 420)} passed, ${random.integer(0, 4)} skipped in ${random.between(11, 90).toFixed(1)} s`,
    },
  );
  return turns;
}

function detour(kind: number, task: CodingTask, count: number): Turn {
  switch (kind) {
    case 0:
      return {
        thought: 'The history may say why it was written this way. I look at the last changes of this file.',
        tool: 'shell',
        input: { command: `git log --oneline -5 -- ${task.file}` },
        output: '9f31c02 Speed up the hot path\n41be7aa Extract helper\nc0ffee1 First version',
      };
    case 1:
      return {
        thought: 'I start the whole suite to see whether anything else is red before my change.',
        tool: 'run_tests',
        input: { target: 'all', timeout_s: 120 },
        output: 'Command timed out after 120 s; the process was ended. No result was written.',
        isError: true,
      };
    case 2:
      return {
        thought: `My first patch assumed that the file had not changed since I read it. I apply it with a little less context.`,
        tool: 'edit_file',
        input: { path: task.file, replace: `${task.before}\n\n`, with: task.after },
        output: `The text to replace was not found in ${task.file} (attempt ${count + 1}).`,
        isError: true,
      };
    default:
      return {
        thought:
          'There is a second caller that I have not looked at. If it relies on the old behaviour, the change has to go somewhere else.',
        tool: 'read_file',
        input: { path: task.test.split(':')[0], from: 1, to: 40 },
        output: `12  # covers ${task.symbol}\n13  # the scheduler path is not covered here`,
      };
  }
}
