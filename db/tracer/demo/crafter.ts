import type { TracedSession } from '../session';
import { DemoClock, demoMark, providerErrors, type SessionPlan } from './kit';
import { callFigures, rewardAt, tokensOf } from './models';
import type { Random } from './random';

/** An agent in Crafter: look, think, act in short bursts, unlock achievements. */

interface World {
  x: number;
  y: number;
  health: number;
  food: number;
  drink: number;
  energy: number;
  readonly inventory: Record<string, number>;
  readonly unlocked: string[];
}

interface Goal {
  readonly achievement: string;
  readonly needs: string;
  readonly actions: readonly string[];
  readonly yields: readonly [item: string, count: number] | null;
  readonly reasons: readonly string[];
}

/** In the order in which the game lets them be reached. */
const GOALS: readonly Goal[] = [
  {
    achievement: 'collect_wood',
    needs: 'a tree in front',
    actions: ['move_right', 'do', 'do'],
    yields: ['wood', 2],
    reasons: [
      'Everything starts with wood, and there is a tree two tiles to the east.',
      'I have no tools yet. Wood is the first thing every recipe asks for, so the nearest tree comes first.',
      'The tree line to the east is close enough to reach before hunger matters.',
    ],
  },
  {
    achievement: 'collect_sapling',
    needs: 'grass in front',
    actions: ['move_left', 'do', 'do', 'do'],
    yields: ['sapling', 1],
    reasons: [
      'Grass yields a sapling about one time in ten. A few tries cost little while I am standing on a meadow.',
      'A sapling can be planted and eaten later, which takes care of food without hunting.',
    ],
  },
  {
    achievement: 'place_table',
    needs: 'wood ×1 or more',
    actions: ['place_table'],
    yields: null,
    reasons: [
      'With this much wood a table is possible, and every tool needs one nearby.',
      'I place the table here, between the trees and the stone, so that both recipes stay within reach.',
    ],
  },
  {
    achievement: 'make_wood_pickaxe',
    needs: 'a table nearby, wood ×1',
    actions: ['make_wood_pickaxe'],
    yields: ['wood_pickaxe', 1],
    reasons: [
      'The table is adjacent and one wood is left: the pickaxe opens up stone and coal.',
      'Without a pickaxe the grey tiles in the north are useless to me, so this comes before the sword.',
    ],
  },
  {
    achievement: 'collect_stone',
    needs: 'a wood pickaxe, stone in front',
    actions: ['move_up', 'move_up', 'do', 'do'],
    yields: ['stone', 3],
    reasons: [
      'Stone lies two tiles north. Three pieces are enough for a pickaxe and a shelter wall.',
      'It is getting dark. I want stone in the bag before zombies make the meadow dangerous.',
    ],
  },
  {
    achievement: 'eat_cow',
    needs: 'a cow in front',
    actions: ['move_down', 'do', 'do', 'do'],
    yields: null,
    reasons: [
      'Food is down to 4. The cow to the south is three moves away and will bring it back to a safe level.',
      'I would rather eat now than discover at food 1 that no cow is left in sight.',
    ],
  },
  {
    achievement: 'collect_drink',
    needs: 'water in front',
    actions: ['move_left', 'do', 'do'],
    yields: null,
    reasons: [
      'Water is west of here. Drinking until the bar is full takes three actions and buys about ninety steps.',
      'Drink is the lowest of the four bars, so the lake comes before anything that needs walking.',
    ],
  },
  {
    achievement: 'make_stone_pickaxe',
    needs: 'a table nearby, wood ×1, stone ×1',
    actions: ['move_down', 'move_down', 'make_stone_pickaxe'],
    yields: ['stone_pickaxe', 1],
    reasons: ['Back at the table: one wood and one stone make the pickaxe that iron requires.'],
  },
  {
    achievement: 'place_stone',
    needs: 'stone ×1',
    actions: ['place_stone'],
    yields: null,
    reasons: [
      'A stone on the open side closes the gap, and placing one is an achievement that I do not have yet.',
    ],
  },
  {
    achievement: 'sleep',
    needs: 'energy below 9',
    actions: ['sleep', 'sleep', 'sleep'],
    yields: null,
    reasons: ['Energy is at 3 and it is night. Inside the stone ring sleeping is safe.'],
  },
  {
    achievement: 'collect_coal',
    needs: 'a wood pickaxe, coal in front',
    actions: ['move_up', 'move_right', 'do'],
    yields: ['coal', 1],
    reasons: ['The dark speckled tile is coal. Together with iron it is what the furnace wants.'],
  },
];

const TERRAIN = ['grass', 'sand', 'a tree', 'water', 'stone', 'a path', 'a cow', 'coal'] as const;
const SETBACKS = [
  'The last burst ended against water, so I have to walk around the lake first.',
  'A zombie took two health. I move away before I go on with the plan.',
  'That tile was sand, not grass. I correct my position and try again.',
  'The recipe failed: the table is out of reach. I step closer.',
] as const;

const SYSTEM_PROMPT = `You play Crafter. Each turn you see the surroundings, your bars and your inventory.
Think briefly, then call interact with two to five actions. Unlock as many achievements as you can;
do not let health, food, drink or energy reach zero.`;

export function traceCrafter(plan: SessionPlan): void {
  const { tracer, random, course, progress } = plan;
  const clock = new DemoClock(plan.startAt);
  const seed = random.integer(1, 9_999);
  const session = tracer.session({
    id: plan.id,
    title: `Crafter, world ${seed}`,
    ...(plan.experimentId ? { experimentId: plan.experimentId } : {}),
    metadata: {
      ...demoMark,
      env: 'crafter',
      world_seed: seed,
      difficulty: random.pick(['easy', 'normal', 'hard']),
    },
    at: clock.now(),
  });
  const world: World = {
    x: random.integer(8, 56),
    y: random.integer(8, 56),
    health: 9,
    food: 9,
    drink: 9,
    energy: 9,
    inventory: {},
    unlocked: [],
  };
  const steps = random.integer(12, 34);
  const skill =
    course === 'converging' ? 0.3 + 0.45 * progress : course === 'diverging' ? 0.4 - 0.25 * progress : 0.35;
  session.recordMessage({ role: 'system', content: SYSTEM_PROMPT, at: clock.now() });
  for (let step = 0; step < steps; step++) {
    const isLast = step === steps - 1;
    const reward = rewardAt(random, course, { step, steps, progress });
    traceTimestep({ session, plan, clock, world, reward, skill, isLast });
    if (isLast && plan.isRunning) return;
    clock.pass(random.between(150, 900));
  }
  session.recordReward({
    totalReward: world.unlocked.length,
    achievements: world.unlocked.length,
    timesteps: steps,
    metadata: { achievements: world.unlocked },
    at: clock.now(),
  });
  session.end({ at: clock.now(), ...(plan.error ? { error: plan.error } : {}) });
}

interface TimestepPlan {
  readonly session: TracedSession;
  readonly plan: SessionPlan;
  readonly clock: DemoClock;
  readonly world: World;
  readonly reward: number;
  readonly skill: number;
  readonly isLast: boolean;
}

function traceTimestep({ session, plan, clock, world, reward, skill, isLast }: TimestepPlan): void {
  const { random, model } = plan;
  const timestep = session.timestep({ at: clock.now() });
  const observation = observe(random, world);
  const goal = GOALS.find((each) => !world.unlocked.includes(each.achievement)) ?? GOALS[0];
  if (goal === undefined) return;
  const before = publicState(world);
  timestep.recordMessage({ role: 'user', content: observation, at: clock.now() });
  const thought = think(random, goal, world);
  const failing = (isLast && plan.error !== undefined) || random.chance(0.004);
  const figures = callFigures(random, model, {
    inputTokens: 420 + timestep.turn * 130 + tokensOf(observation),
    outputTokens: failing ? 0 : tokensOf(thought) + 28,
    cachedTokens: timestep.turn > 2 && random.chance(0.6) ? 256 + timestep.turn * 64 : 0,
  });
  const latencyMs = failing ? 60_000 : figures.latencyMs;
  clock.pass(latencyMs);
  const actions = goal.actions;
  timestep.recordEvent({
    type: 'cais',
    ...figures,
    latencyMs,
    system: 'llm:react-agent',
    at: clock.now(),
    requestParams: { temperature: plan.course === 'oscillating' ? 1.2 : 0.3, tool_choice: 'required' },
    inputMessages: [
      { role: 'system', text: SYSTEM_PROMPT },
      { role: 'user', text: observation },
    ],
    ...(failing
      ? { error: plan.error ?? random.pick(providerErrors), finishReason: 'error' }
      : {
          outputMessages: [{ role: 'assistant' as const, text: thought }],
          toolCalls: [{ name: 'interact', arguments: { actions }, callId: `act_${timestep.turn}` }],
          finishReason: 'tool_calls',
        }),
  });
  if (failing) {
    if (!(isLast && plan.isRunning)) timestep.end({ at: clock.now() });
    return;
  }
  timestep.recordMessage({ role: 'assistant', content: thought, at: clock.now() });
  timestep.recordEvent({
    type: 'runtime',
    system: 'runtime:executor',
    actions,
    latencyMs: random.integer(1, 6),
    at: clock.pass(4),
  });
  const reached = random.chance(skill) ? goal : undefined;
  advance(random, world, reached);
  const event = timestep.recordEvent({
    type: 'environment',
    system: 'env:crafter',
    reward: Number(reward.toFixed(4)),
    terminated: isLast && !plan.isRunning,
    truncated: false,
    stateBefore: before,
    stateAfter: publicState(world),
    latencyMs: random.integer(8, 40),
    at: clock.pass(random.between(10, 40)),
  });
  if (reached) {
    session.recordReward({
      event,
      value: 1,
      type: 'achievement_delta',
      key: reached.achievement,
      turn: timestep.turn,
      annotation: `Unlocked ${reached.achievement.replaceAll('_', ' ')}`,
      source: 'environment',
      at: clock.now(),
    });
  }
  if (!(isLast && plan.isRunning)) timestep.end({ at: clock.now() });
}

function observe(random: Random, world: World): string {
  const around = ['North', 'East', 'South', 'West']
    .map((side) => `${side}: ${random.pick(TERRAIN)}`)
    .join('. ');
  const bag = Object.entries(world.inventory).map(
    ([item, count]) => `${item.replaceAll('_', ' ')} ×${count}`,
  );
  return [
    `You stand on grass at (${world.x}, ${world.y}). ${around}.`,
    `Health ${world.health}, food ${world.food}, drink ${world.drink}, energy ${world.energy}.`,
    `Inventory: ${bag.length > 0 ? bag.join(', ') : 'empty'}.`,
    `Achievements: ${world.unlocked.length} of 22${world.unlocked.length > 0 ? ` (${world.unlocked.at(-1)} was the last)` : ''}.`,
  ].join('\n');
}

function think(random: Random, goal: Goal, world: World): string {
  const low = Math.min(world.food, world.drink, world.energy);
  const worry =
    low <= 3 ? ` One bar is at ${low}, so this is the last thing I do before I look after it.` : '';
  const setback = random.chance(0.22) ? `${random.pick(SETBACKS)} ` : '';
  return `${setback}${random.pick(goal.reasons)}${worry}\n\nNext: ${goal.achievement.replaceAll('_', ' ')} (needs ${goal.needs}). Actions: ${goal.actions.join(', ')}.`;
}

function advance(random: Random, world: World, reached: Goal | undefined): void {
  world.x = Math.max(0, Math.min(63, world.x + random.integer(-2, 2)));
  world.y = Math.max(0, Math.min(63, world.y + random.integer(-2, 2)));
  for (const bar of ['food', 'drink', 'energy'] as const)
    if (random.chance(0.25)) world[bar] = Math.max(1, world[bar] - 1);
  if (random.chance(0.06)) world.health = Math.max(2, world.health - 2);
  else world.health = Math.min(9, world.health + 1);
  if (!reached) return;
  world.unlocked.push(reached.achievement);
  if (reached.achievement === 'eat_cow') world.food = 9;
  if (reached.achievement === 'collect_drink') world.drink = 9;
  if (reached.achievement === 'sleep') world.energy = 9;
  if (reached.yields)
    world.inventory[reached.yields[0]] = (world.inventory[reached.yields[0]] ?? 0) + reached.yields[1];
}

function publicState(world: World): object {
  const achievements = Object.fromEntries(
    GOALS.map((goal) => [goal.achievement, world.unlocked.includes(goal.achievement)]),
  );
  const { x, y, health, food, drink, energy, inventory } = world;
  return {
    public_state: {
      position: [x, y],
      inventory: { health, food, drink, energy, ...inventory },
      achievements_status: achievements,
    },
  };
}
