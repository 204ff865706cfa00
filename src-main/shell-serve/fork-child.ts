import { fork } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { entryPath } from '../../db/runtime';
import { childEnvironment, type ForkChild } from '../core/app';

const largestLogBytes = 1_000_000;

/** Children are Node processes with an IPC channel; they end when it closes. What they print goes to their log. */
export function forkChildrenOf(logFolder: string): ForkChild<Socket> {
  return (entry) => {
    const log = openChildLog(join(logFolder, `${entry}.log`));
    const child = fork(entryPath(entry), [], {
      stdio: ['ignore', log, log, 'ipc'],
      env: childEnvironment(),
      // Ctrl-C and a closed terminal reach the whole session: the children are in their own, main tells them.
      detached: process.platform !== 'win32',
    });
    closeSync(log);
    return {
      get pid() {
        return child.pid;
      },
      send: (message, socket) => {
        // The child may have ended an instant ago: its exit is told by the exit event.
        if (child.connected) child.send(message, socket, {}, () => {});
        else socket?.destroy();
      },
      onMessage: (listener) => {
        child.on('message', listener);
      },
      onExit: (listener) => {
        child.once('exit', (code, signal) => listener({ code, signal }));
        child.once('error', () => {
          if (child.pid === undefined) listener({ code: null, signal: null });
        });
      },
      kill: () => {
        child.kill('SIGKILL');
      },
    };
  };
}

function openChildLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largestLogBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}
