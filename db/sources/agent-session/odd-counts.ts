import type { KindRows } from '../unknown-kinds';
import { countOf, isJson, jsonOf } from './values';

const FIGURE = /tokens$|^(?:input|output|reasoning|total|read|write)$/;

/** Tokens beyond 64 bits, below zero or of another type are unknown, which is told once for all files. */
export function sayOddCounts(rows: KindRows, usage: unknown, at: number | string): void {
  for (const [name, value] of Object.entries(jsonOf(usage))) {
    if (isJson(value)) sayOddCounts(rows, value, at);
    else if (FIGURE.test(name) && value !== null && value !== undefined && countOf(value) === null)
      rows.warnOnce(`Figures “${name}” that are no whole numbers were left empty.`, at);
  }
}
