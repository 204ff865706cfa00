const { contextBridge, ipcRenderer, webUtils } = require('electron');

globalThis.secretOfPreload = 1;
ipcRenderer.on('port', (event, message) => window.postMessage(message, location.origin, event.ports));
contextBridge.exposeInMainWorld('suite', {
  add: (a, b) => a + b,
  fails: () => {
    throw new TypeError('bad');
  },
  sees: () => [typeof globalThis.variableOfPage, document.title, process.sandboxed],
  requires: () => {
    try {
      return require('node:fs');
    } catch (error) {
      return error.message;
    }
  },
  pathForFile: (file) => webUtils.getPathForFile(file),
});
