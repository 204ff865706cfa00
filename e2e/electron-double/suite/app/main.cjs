// A main process without a bundler that uses what the double has. `log` is read by the suite.
const electron = require('electron');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const { app, BrowserWindow, Menu, MessageChannelMain, net, protocol, session, utilityProcess } = electron;
const suite = { log: [], blockClose: false, blockQuit: false, window: undefined, child: undefined };
globalThis.suite = suite;
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'";

function serve(request) {
  const { pathname } = new URL(request.url);
  if (pathname === '/echo')
    return request
      .text()
      .then((text) => Response.json({ text, method: request.method, origin: request.headers.get('origin') }));
  if (pathname === '/throws') throw new Error('handler failed');
  return net
    .fetch(pathToFileURL(join(__dirname, pathname)).href)
    .then(
      (file) =>
        new Response(file.body, {
          headers: { 'content-type': file.headers.get('content-type'), 'content-security-policy': policy },
        }),
    )
    .catch(() => new Response('not found', { status: 404 }));
}

function giveEcho(window) {
  const { port1, port2 } = new MessageChannelMain();
  port1.on('message', (event) => port1.postMessage(event.data));
  port1.on('close', () => suite.log.push('echo port closed'));
  port1.start();
  window.webContents.postMessage('port', { name: 'echo' }, [port2]);
}

function giveChild(window) {
  const { port1, port2 } = new MessageChannelMain();
  suite.child.postMessage({ hello: 'child' }, [port1]);
  window.webContents.postMessage('port', { name: 'child' }, [port2]);
}

function start() {
  protocol.handle('app', serve);
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.webRequest.onBeforeRequest(
    { urls: ['http://*/*', 'https://*/*'] },
    (_details, answer) => answer({ cancel: true }),
  );
  suite.child = utilityProcess.fork(join(__dirname, 'child.mjs'));
  suite.child.on('message', (message) => suite.log.push(message));
  suite.child.on('exit', () => suite.log.push('child exit'));
  const click = (item) => suite.log.push(`click ${item.id}`);
  const submenu = [
    { id: 'one', label: 'One', accelerator: 'CmdOrCtrl+1', click },
    { id: 'box', label: 'Box', type: 'checkbox', click },
    { role: 'selectAll' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate([{ label: 'Things', submenu }]));
  const webPreferences = { preload: join(__dirname, 'preload.cjs') };
  const window = new BrowserWindow({ width: 640, height: 480, show: false, webPreferences });
  suite.window = window;
  window.once('ready-to-show', () => suite.log.push('ready-to-show'));
  window.on('close', (event) => {
    suite.log.push('close');
    if (suite.blockClose) event.preventDefault();
  });
  window.on('closed', () => suite.log.push('closed'));
  const { webContents } = window;
  webContents.setWindowOpenHandler(({ url }) => {
    suite.log.push(`open ${url}`);
    return { action: 'deny' };
  });
  webContents.on('will-navigate', (event) => {
    suite.log.push(`navigate ${event.url}`);
    if (!event.url.endsWith('/second.html')) event.preventDefault();
  });
  webContents.on('render-process-gone', (_event, details) => {
    suite.log.push(`gone ${details.reason}`);
    webContents.reload();
  });
  webContents.on('did-finish-load', () => {
    suite.log.push('loaded');
    giveEcho(window);
    giveChild(window);
  });
  return window.loadURL('app://suite/index.html');
}

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
if (!app.requestSingleInstanceLock({ from: 'suite' })) app.quit();
else {
  app.on('second-instance', (_event, argv, _folder, data) =>
    suite.log.push(`second ${argv.at(-1)} ${data.from}`),
  );
  app.on('window-all-closed', () => suite.log.push('all closed'));
  app.on('before-quit', (event) => {
    suite.log.push('before-quit');
    if (suite.blockQuit) event.preventDefault();
  });
  app.whenReady().then(start);
}
