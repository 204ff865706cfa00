import { describe, expect, it } from 'vitest';
import { allColumns, columnsOf, defaultColumns, withToggled, withWidth } from './columns';

const ids = (chosen?: readonly string[]) => columnsOf(chosen, 1280).map((column) => column.id);

describe('columns of the list', () => {
  it('are the usual ones until chosen, and the title always', () => {
    expect(ids()).toEqual(defaultColumns(1280));
    expect(columnsOf(undefined, 2560).map((column) => column.id)).toContain('duration');
    expect(ids(['cost', 'gone'])).toEqual(['title', 'cost']);
  });
  it('keep their order and their widths through a choice', () => {
    const wide = columnsOf(withWidth(columnsOf(['steps', 'cost'], 1280), 'cost', 140), 1280);
    expect(wide.find((column) => column.id === 'cost')?.width).toBe(140);
    const more = columnsOf(withToggled(wide, 'model'), 1280);
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
