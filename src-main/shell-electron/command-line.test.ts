import { describe, expect, it } from 'vitest';
import { specsOf } from './command-line';

describe('the command line', () => {
  it('names files by their absolute path and leaves switches out', () => {
    const words = ['--inspect=0', 'a.db', '/tmp/b c.db', '-v', '../runs', ''];
    expect(specsOf(words, '/home/u/x')).toEqual([
      { kind: 'path', path: '/home/u/x/a.db' },
      { kind: 'path', path: '/tmp/b c.db' },
      { kind: 'path', path: '/home/u/runs' },
    ]);
  });

  it('tells a URL from a path', () => {
    expect(specsOf(['libsql://h:1'], '/')).toEqual([{ kind: 'remote', url: 'libsql://h:1' }]);
  });
});
