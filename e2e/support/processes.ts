/** The processes of a started application, found by what they run below its first one. */
import { execFileSync } from 'node:child_process';

export type ChildName = 'engine' | 'store' | 'sqld';

interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): ProcessLine[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }];
  });
}

function below(root: number, all: readonly ProcessLine[]): ProcessLine[] {
  const children = all.filter((line) => line.parent === root);
  return children.flatMap((child) => [child, ...below(child.pid, all)]);
}

const patterns: Readonly<Record<ChildName, RegExp>> = {
  engine: /dist\/node\/engine\.js/,
  store: /dist\/node\/store\.js/,
  sqld: /\/sqld( |$)/,
};

export function findChild(root: number, name: ChildName): number | undefined {
  return below(root, processes()).find((line) => patterns[name].test(line.command))?.pid;
}

export function descendants(root: number): number[] {
  return below(root, processes()).map((line) => line.pid);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
