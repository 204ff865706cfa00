import { type Topic, topics } from './conversation-topics';
import { DemoClock, demoMark, providerErrors, type SessionPlan } from './kit';
import { type Course, callFigures, type DemoModel, rewardAt, tokensOf } from './models';
import type { Random } from './random';

/** Two agents talk. Where they converge, their messages grow alike in length, sentences and structure. */

interface Voice {
  readonly sentences: number;
  readonly hasList: boolean;
  readonly asks: boolean;
  readonly hasParagraphs: boolean;
}

const APART: readonly [Voice, Voice] = [
  { sentences: 6, hasList: true, asks: false, hasParagraphs: true },
  { sentences: 1, hasList: false, asks: true, hasParagraphs: false },
];
const TOGETHER: Voice = { sentences: 3, hasList: false, asks: true, hasParagraphs: true };

export function traceConversation(plan: SessionPlan, other: DemoModel): void {
  const { tracer, random } = plan;
  const topic = random.pick(topics);
  const clock = new DemoClock(plan.startAt);
  const session = tracer.session({
    id: plan.id,
    title: topic.title,
    ...(plan.experimentId ? { experimentId: plan.experimentId } : {}),
    metadata: {
      ...demoMark,
      agents: { agent_a: plan.model.model, agent_b: other.model },
      env: 'conversation',
    },
    at: clock.now(),
  });
  session.recordMessage({ role: 'system', content: topic.opening, at: clock.now() });
  const turns = random.integer(8, 20);
  let context = tokensOf(topic.opening) + 180;
  for (let turn = 0; turn < turns; turn++) {
    const isLast = turn === turns - 1;
    const timestep = session.timestep({ id: `turn_${turn}`, turn, at: clock.now() });
    for (const [side, chosen] of [plan.model, other].entries()) {
      const failed = isLast && side === 1 && plan.error !== undefined;
      const text = speak(
        random,
        topic,
        voiceAt(random, plan.course, { side, part: turn / (turns - 1) }),
        turn,
      );
      const figures = callFigures(random, chosen, {
        inputTokens: context,
        outputTokens: failed ? 0 : tokensOf(text),
      });
      clock.pass(failed ? 60_000 : figures.latencyMs);
      const author = side === 0 ? 'agent_a' : 'agent_b';
      timestep.recordEvent({
        type: 'cais',
        ...figures,
        ...(failed ? { latencyMs: 60_000 } : {}),
        system: `llm:${author}`,
        at: clock.now(),
        requestParams: { temperature: 0.9 },
        ...(failed
          ? { error: plan.error ?? providerErrors[0], finishReason: 'error' }
          : { outputMessages: [{ role: 'assistant' as const, text }], finishReason: 'stop' }),
      });
      if (failed) continue;
      timestep.recordMessage({
        role: side === 0 ? 'user' : 'assistant',
        author,
        content: text,
        at: clock.now(),
      });
      context += tokensOf(text);
      if (isLast && plan.isRunning) return;
    }
    const reward = rewardAt(random, plan.course, { step: turn, steps: turns, progress: plan.progress });
    timestep.recordEvent({
      type: 'environment',
      system: 'env:judge',
      reward: Number(Math.max(0, Math.min(1, reward)).toFixed(4)),
      terminated: isLast,
      at: clock.pass(15),
    });
    timestep.end({ at: clock.now() });
    clock.pass(random.between(200, 1_500));
  }
  session.recordReward({
    totalReward: random.integer(0, 5),
    achievements: 0,
    timesteps: turns,
    at: clock.now(),
  });
  session.end({ at: clock.now(), ...(plan.error ? { error: plan.error } : {}) });
}

function voiceAt(random: Random, course: Course, { side, part }: { side: number; part: number }): Voice {
  const own = APART[side] ?? TOGETHER;
  const swing =
    course === 'oscillating'
      ? 0.5 + 0.5 * Math.sin(part * 12)
      : course === 'converging'
        ? part * 1.4
        : 0.5 - part;
  const shared = random.chance(Math.max(0, Math.min(1, swing)));
  if (!shared) return own;
  return { ...TOGETHER, sentences: TOGETHER.sentences + (random.chance(0.2) ? 1 : 0) };
}

function speak(random: Random, topic: Topic, voice: Voice, turn: number): string {
  const pool = turn % 3 === 1 ? [...topic.doubts, ...topic.claims] : [...topic.claims, ...topic.doubts];
  const sentences: string[] = [];
  for (let count = 0; count < voice.sentences; count++) {
    const sentence = pool.splice(Math.floor(random.next() * Math.min(pool.length, 5)), 1)[0];
    if (sentence) sentences.push(sentence);
  }
  const paragraphs =
    voice.hasParagraphs && sentences.length > 2 ? [sentences.slice(0, 2), sentences.slice(2)] : [sentences];
  const blocks = paragraphs.map((each) => each.join(' '));
  if (voice.hasList) {
    const items = [...topic.points].sort(() => random.next() - 0.5).slice(0, 3);
    blocks.push(`What I would write down so far:\n${items.map((item) => `- ${item}`).join('\n')}`);
  }
  if (voice.asks) blocks.push(random.pick(topic.questions));
  return blocks.join('\n\n');
}
