import { describe, expect, it } from 'vitest';
import { allColumns, columnsOf, defaultColumns, withToggled, withWidth } from './columns';

const frame = { windowWidth: 1280, isMixed: false };
const ids = (chosen?: readonly string[]) => columnsOf(chosen, frame).map((column) => column.id);

describe('columns of the list', () => {
  it('are the usual ones until chosen, and the title always', () => {
    expect(ids()).toEqual(defaultColumns(frame));
    expect(columnsOf(undefined, { ...frame, windowWidth: 2560 }).map((column) => column.id)).toContain(
      'duration',
    );
    expect(columnsOf(undefined, { ...frame, isMixed: true }).map((column) => column.id)).toContain('source');
    expect(ids(['cost', 'gone'])).toEqual(['title', 'cost']);
  });
  it('leave for want of room only while nobody chose them', () => {
    const spare = (chosen?: readonly string[]) =>
      columnsOf(chosen, frame).flatMap((column) => (column.spare === undefined ? [] : [column.id]));
    expect(spare()).toEqual(['model', 'steps', 'reward']);
    expect(spare(['steps', 'reward'])).toEqual([]);
  });
  it('keep their order and their widths through a choice', () => {
    const wide = columnsOf(withWidth(columnsOf(['steps', 'cost'], frame), 'cost', 140), frame);
    expect(wide.find((column) => column.id === 'cost')?.width).toBe(140);
    const more = columnsOf(withToggled(wide, 'model'), frame);
    const usual = (id: string) => [id, allColumns.find((column) => column.id === id)?.width];
    expect(more.map((column) => [column.id, column.width])).toEqual([
      usual('title'),
      usual('model'),
      usual('steps'),
      ['cost', 140],
    ]);
    expect(ids(withToggled(more, 'steps'))).toEqual(['title', 'model', 'cost']);
  });
});
