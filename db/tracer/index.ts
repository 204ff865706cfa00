/**
 * The library that agents import (`stepscope/tracer`). A *tracer* writes into one store. A *session* is one run of an agent, made of *steps*,
 * in which it records *events* (LM call, environment, runtime) and *messages*; *rewards* say how good an event or a whole session was.
 *
 *     await using tracer = await SessionTracer.open({ url, token });
 *     await using session = tracer.session({ title: 'Sort the inbox' });
 *     using step = session.step();
 *     step.lmCall({ model: 'gpt-5', inputTokens: 812, outputTokens: 64, costUsd: 0.0023 });
 */
export type * from './records';
export { TracedSession, TracedStep } from './session';
export { SessionTracer, type TracerOptions } from './session-tracer';
