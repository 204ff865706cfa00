process.parentPort.on('message', ({ data, ports: [port] }) => {
  process.parentPort.postMessage({ got: data });
  if (!port) return;
  port.on('message', (event) => port.postMessage({ child: event.data }));
  port.on('close', () => process.parentPort.postMessage('child port closed'));
  port.start();
});
