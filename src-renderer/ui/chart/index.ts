/**
 * Charts. A *chart* is columns over one *x* (time or steps) in one *unit*; the charts of a *group* share the *crosshair* (the place that
 * is read out) and the *zoom*; *facts* and *provenance* under it say how it was made.
 */
export { Chart, type ChartFact, gutterFor } from './chart';
export type { ChartBand, ChartData, ChartSeries, ChartUnit, ChartX } from './chart-data';
export { ChartGroup } from './chart-group';
export type { ChartRange } from './crosshair';
export { timeTicks } from './scale';
export { ProvenanceText } from './show-query';
export { Swatch } from './swatch';
export { readColours, type ThemeColours, watchTheme } from './theme-colours';
export { callUnit, dollarUnit, durationUnit, rewardUnit, scoreUnit, tokenUnit } from './units';
