import type { NewRow } from '../row-chunks';
import { type Fields, isFields, textIn } from './event';

/** The model of `agent_a` or `agent_b`, from the fields of the conversation's first event. */
export function agentModel(opening: Fields, agent: string): string | null {
  return (
    textIn(opening, `${agent}_model`) ?? fieldOf(opening, agent, ['model', 'model_id', 'model_shortname'])
  );
}

export function agentName(opening: Fields, agent: string): string | null {
  return (
    textIn(opening, `${agent}_display_name`) ??
    fieldOf(opening, agent, ['display_name', 'model_display_name'])
  );
}

/** An agent as a system: its side and model name it, so that runs of one kind share it. */
export function agentSystem(systemId: string, name: string | null): NewRow<'systems'> {
  return {
    system_id: systemId,
    name: name ?? systemId,
    system_type: 'agent',
    description: null,
    created_at: null,
    metadata: null,
  };
}

/** The newest shape describes an agent as an object. */
function fieldOf(opening: Fields, agent: string, names: readonly string[]): string | null {
  const about: Fields = isFields(opening[agent]) ? opening[agent] : {};
  for (const name of names) {
    const value = textIn(about, name);
    if (value !== null) return value;
  }
  return null;
}
