import { type MessagePortMain, utilityProcess } from 'electron';
import { entryPath } from '../../db/runtime';
import { type ChildEntry, type ChildHandle, childEnvironment } from '../core/app';

export type Ports = readonly MessagePortMain[];

/** The engine and the store run in utility processes: Electron's own binary, so that no Node has to be installed. */
export function forkChild(entry: ChildEntry): ChildHandle<Ports> {
  const child = utilityProcess.fork(entryPath(entry), [], {
    serviceName: `Stepscope ${entry}`,
    stdio: 'inherit',
    env: childEnvironment(),
  });
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  return {
    get pid() {
      return child.pid;
    },
    send: (message, transfer = []) => {
      if (!hasEnded) child.postMessage(message, [...transfer]);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('exit', (code) => listener({ code, signal: null }));
    },
    kill: () => {
      child.kill();
    },
  };
}
