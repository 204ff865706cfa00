/**
 * Commands in the window: `bindings` says what each does and when it can, menus, keys and the palette run them by id. A screen answers to
 * commands of its own with `useScreenCommands` while it is shown.
 */
export { changeMapping, openSpecAndShow } from './bindings';
export { listenToKeys } from './dispatcher';
export { keysLabel } from './keys';
export { navigateTo, route, setNavigator } from './navigation';
export { useScreenCommands } from './screen-commands';
export { commandState, followCommandState, runCommand } from './state';
