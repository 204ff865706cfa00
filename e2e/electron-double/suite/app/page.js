globalThis.variableOfPage = 1;
globalThis.ports = {};
globalThis.dropped = [];
addEventListener('message', (event) => {
  globalThis.ports[event.data.name] = event.ports[0];
});
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  globalThis.dropped = [...event.dataTransfer.files].map((file) => globalThis.suite.pathForFile(file));
});
globalThis.ask = (name, message) =>
  new Promise((resolve) => {
    const port = globalThis.ports[name];
    port.onmessage = (event) => resolve(event.data);
    port.postMessage(message);
  });
