/**
 * Everything of "main" that both shells share. The *application* has no screen: it keeps two *children* (engine, store) alive through the
 * shell's `forkChild`, remembers settings, recent sources and the open workspace in the *data folder*, and publishes *shell events* to the
 * windows. `createShellRouter` answers the shell contract with it; what differs between shells comes in as *abilities*.
 */

export { dataRoot } from '../../../db/runtime';
export { listenOnLoopback } from '../../../db/store';
export { type Application, type ApplicationHost, createApplication } from './application';
export { childEnvironment } from './child-environment';
export type { ChildEntry, ChildExit, ChildHandle, ForkChild } from './child-handle';
export { type DataFolder, dataFolderAt, makeDataFolder } from './data-folder';
export { Endings } from './endings';
export { claimInstance, type Instance, type InstanceAddresses, type InstanceClaim } from './instance';
export { type JsonFile, openJsonFile, writeAtomically } from './json-file';
export type { Log } from './log';
export { type CommandState, createShellRouter, type ShellAbilities, type ShellRouter } from './shell-router';
export { specOfArgument } from './source-specs';
