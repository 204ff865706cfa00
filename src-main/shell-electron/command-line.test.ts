import { describe, expect, it } from 'vitest';
import { locationsOf, specOf } from './command-line';

describe('the command line', () => {
  it('names files by their absolute path and leaves switches out', () => {
    const words = ['--inspect=0', 'a.db', '/tmp/b c.db', '-v', '../runs', ''];
    expect(locationsOf(words, '/home/u/x')).toEqual(['/home/u/x/a.db', '/tmp/b c.db', '/home/u/runs']);
  });

  it('tells a URL from a path', () => {
    expect(locationsOf(['libsql://h:1', 'http://127.0.0.1:8080'], '/')).toEqual([
      'libsql://h:1',
      'http://127.0.0.1:8080',
    ]);
    expect(specOf('libsql://h:1')).toEqual({ kind: 'remote', url: 'libsql://h:1' });
    expect(specOf('/a.db')).toEqual({ kind: 'path', path: '/a.db' });
  });
});
