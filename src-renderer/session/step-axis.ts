import type { ChartX } from '../ui/chart';

/** The steps of a session as an axis; joined steps say so. */
export function stepAxis(values: readonly number[], name: string, stepsPerBucket = 1): ChartX {
  return {
    kind: 'index',
    values,
    label: stepsPerBucket > 1 ? `${name} (${stepsPerBucket} joined)` : name,
    describe: (index) => {
      const first = values[index];
      if (first === undefined) return name;
      return stepsPerBucket > 1 ? `${name} ${first} to ${first + stepsPerBucket - 1}` : `${name} ${first}`;
    },
    step: stepsPerBucket,
  };
}
