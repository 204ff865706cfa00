/** The tables of tracing v3, parents first: what describes sessions, whoever they belong to. */
export const describingTablesOfV3 = [
  'experiments',
  'systems',
  'system_versions',
  'experimental_systems',
] as const;

/** Whose rows belong to one session each. */
export const sessionTablesOfV3 = [
  'session_traces',
  'session_timesteps',
  'events',
  'messages',
  'outcome_rewards',
  'event_rewards',
] as const;

export const tablesOfV3 = [...describingTablesOfV3, ...sessionTablesOfV3] as const;
