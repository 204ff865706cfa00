import { describe, expect, it } from 'vitest';
import { cleanPath, crumbsOf, isAbsolutePath, joinPath, splitPath } from './path-text';

describe('paths as text', () => {
  it('fall into crumbs that lead to each folder', () => {
    expect(crumbsOf('/home/ada/runs')).toEqual([
      { name: '/', path: '/' },
      { name: 'home', path: '/home' },
      { name: 'ada', path: '/home/ada' },
      { name: 'runs', path: '/home/ada/runs' },
    ]);
    expect(crumbsOf('/')).toEqual([{ name: '/', path: '/' }]);
    expect(crumbsOf('C:\\Users\\ada').map((crumb) => crumb.path)).toEqual([
      'C:\\',
      'C:\\Users',
      'C:\\Users\\ada',
    ]);
  });
  it('divide into a folder and the beginning of a name', () => {
    expect(splitPath('/home/ada/ru')).toEqual({ folder: '/home/ada/', name: 'ru' });
    expect(splitPath('/home/')).toEqual({ folder: '/home/', name: '' });
    expect(splitPath('C:\\Users\\a')).toEqual({ folder: 'C:\\Users\\', name: 'a' });
  });
  it('join without doubling the separator', () => {
    expect(joinPath('/', 'a')).toBe('/a');
    expect(joinPath('/a', 'b')).toBe('/a/b');
    expect(joinPath('C:\\', 'b')).toBe('C:\\b');
  });
  it('are taken from the clipboard as a shell quotes them', () => {
    expect(cleanPath("  '/a b/c.db' ")).toBe('/a b/c.db');
    expect(isAbsolutePath('/a')).toBe(true);
    expect(isAbsolutePath('a/b')).toBe(false);
  });
});
