import { describe, expect, it } from 'vitest';
import { type Column, columnWidths, FittedWidths } from './table-column';

const render = () => null;
const columns: readonly Column<{ cost: string }>[] = [
  { id: 'title', title: '', width: 100, grow: 3, render },
  { id: 'model', title: '', width: 50, grow: 1, most: 80, render },
  { id: 'cost', title: '', width: 40, figureText: ({ cost }) => cost, render },
];
const least = ({ width }: Column<{ cost: string }>) => width;

describe('columns of a table', () => {
  it('share what is left, up to their most', () => {
    expect(columnWidths(columns, least, 270)).toEqual([160, 70, 40]);
    expect(columnWidths(columns, least, 520)).toEqual([400, 80, 40]);
  });
  it('keep their least widths where there is no room', () => {
    expect(columnWidths(columns, least, 90)).toEqual([100, 50, 40]);
  });
  it('are as wide as their longest figure so far', () => {
    const fitted = new FittedWidths<{ cost: string }>();
    const [, , cost] = columns;
    if (cost === undefined) throw new Error('no column');
    expect(fitted.of(cost)).toBe(40);
    fitted.see({ cost: '≥$0.008412' }, columns);
    const wide = fitted.of(cost);
    expect(wide).toBeGreaterThan(90);
    fitted.see({ cost: '$1' }, columns);
    expect(fitted.of(cost)).toBe(wide);
  });
});
