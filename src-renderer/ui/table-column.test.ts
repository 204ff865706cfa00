import { describe, expect, it } from 'vitest';
import { type Column, columnsThatFit, columnWidths, FittedWidths } from './table-column';

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
  it('give way, the most spare first, until others have their comfort', () => {
    const [title, model, cost] = columns;
    if (title === undefined || model === undefined || cost === undefined) throw new Error('no columns');
    const giving = [
      { ...title, comfort: 150 },
      { ...model, spare: 1 },
      { ...cost, spare: 2 },
    ];
    const ids = (available: number) => columnsThatFit(giving, least, available).map(({ id }) => id);
    expect(columnsThatFit(giving, least, 240)).toBe(giving);
    expect(ids(239)).toEqual(['title', 'model']);
    expect(ids(199)).toEqual(['title']);
    expect(ids(10)).toEqual(['title']);
    expect(columnWidths(giving, least, 245)).toEqual([153, 51, 40]);
    expect(columnWidths(giving, least, 239)).toEqual([136, 62, 40]);
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
