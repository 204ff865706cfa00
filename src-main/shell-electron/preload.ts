/** The only code between main and the page: gives the page its ports and the real paths of dropped files. Nothing else crosses. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { bridgeName, type PortMessage, portChannel, type ShellBridge } from './bridge-names';

ipcRenderer.on(portChannel, (event, message: PortMessage) => {
  window.postMessage(message, window.location.origin, [...event.ports]);
});

const bridge: ShellBridge<File> = { pathForFile: (file) => webUtils.getPathForFile(file) };
contextBridge.exposeInMainWorld(bridgeName, bridge);
