/** The double's own suite: run it on the real binary on the day that there is one (`ELECTRON_OVERRIDE_DIST_PATH=`). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, test as base, type ElectronApplication, expect, type Page } from '@playwright/test';

declare global {
  var suite: {
    log: unknown[];
    blockClose: boolean;
    blockQuit: boolean;
    window: Electron.BrowserWindow;
    child: Electron.UtilityProcess;
    add(a: number, b: number): number;
    fails(): void;
    sees(): unknown[];
    requires(): string;
  };
  var ask: (port: string, message: unknown) => Promise<unknown>;
  var dropped: string[];
  var ports: Record<string, MessagePort>;
}

const folder = join(import.meta.dirname, 'app');

function launch(userData: string, ...more: string[]): Promise<ElectronApplication> {
  return _electron.launch({ args: [folder, `--user-data-dir=${userData}`, ...more] });
}

const test = base.extend<{
  userData: string;
  app: ElectronApplication;
  page: Page;
  log: () => Promise<unknown[]>;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  userData: async ({}, use) => {
    const path = mkdtempSync(join(tmpdir(), 'double-suite-'));
    await use(path);
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  },
  app: async ({ userData }, use) => {
    const app = await launch(userData);
    await use(app);
    await app
      .evaluate(() => Object.assign(globalThis.suite, { blockClose: false, blockQuit: false }))
      .catch(() => undefined);
    await app.close().catch(() => undefined);
  },
  page: async ({ app, log }, use) => {
    const page = await app.firstWindow();
    await expect.poll(log).toContain('loaded');
    await page.waitForFunction(() => globalThis.ports.echo && globalThis.ports.child);
    await use(page);
  },
  log: async ({ app }, use) => use(() => app.evaluate(() => globalThis.suite.log)),
});

test('calls over the bridge are synchronous and copied, errors come back', async ({ page }) => {
  const seen = await page.evaluate(() => {
    let thrown = '';
    try {
      globalThis.suite.fails();
    } catch (error) {
      thrown = error instanceof Error ? error.message : 'not an Error';
    }
    const frozen = Object.isFrozen(globalThis.suite);
    return [globalThis.suite.add(2, 3), thrown, frozen, globalThis.suite.requires()];
  });
  expect(seen).toEqual([5, 'bad', true, 'module not found: node:fs']);
});

test('the page and the preload share a document and no variable', async ({ page }) => {
  const seen = await page.evaluate(() => [
    globalThis.suite.sees(),
    ['secretOfPreload', 'require', 'process', 'ipcRenderer', '__doubleReceive'].filter(
      (name) => name in globalThis,
    ),
  ]);
  expect(seen).toEqual([['undefined', 'Suite', true], []]);
});

test('a port carries text, bytes, big integers and undefined both ways', async ({ page }) => {
  const back = await page.evaluate(async () => {
    const sent = {
      text: 'é',
      bytes: new Uint8Array([1, 2, 255]),
      big: 2n ** 60n,
      none: undefined,
      list: [null, 0.5],
    };
    const got = (await globalThis.ask('echo', sent)) as typeof sent;
    return [got.text, [...got.bytes], String(got.big), 'none' in got, got.none === undefined, got.list];
  });
  expect(back).toEqual(['é', [1, 2, 255], '1152921504606846976', true, true, [null, 0.5]]);
});

test('a port between the page and a utility process does not pass through main code', async ({
  page,
  log,
  app,
}) => {
  expect(await page.evaluate(() => globalThis.ask('child', 7))).toEqual({ child: 7 });
  expect(await log()).toContainEqual({ got: { hello: 'child' } });
  await app.evaluate(() => globalThis.suite.child.kill());
  await expect.poll(log).toContain('child exit');
});

test('a reload closes the ports of the page before and gives new ones', async ({ page, log, app }) => {
  await app.evaluate(() => globalThis.suite.window.webContents.reload());
  await expect.poll(async () => (await log()).filter((line) => line === 'loaded').length).toBe(2);
  await expect.poll(log).toContain('echo port closed');
  await expect.poll(log).toContain('child port closed');
  await page.waitForFunction(() => globalThis.ports.echo);
  expect(await page.evaluate(() => globalThis.ask('echo', 'again'))).toBe('again');
});

test('the protocol handler gets method, body and the real origin; a failing one fails the request', async ({
  page,
}) => {
  const seen = await page.evaluate(async () => [
    await (await fetch('/echo', { method: 'POST', body: 'héllo' })).json(),
    (await fetch('/nothing')).status,
    await fetch('/throws').then(
      () => 'answered',
      (error: Error) => error.name,
    ),
  ]);
  expect(seen).toEqual([{ text: 'héllo', method: 'POST', origin: 'app://suite' }, 404, 'TypeError']);
});

test('the policy that the handler sends holds, and the web request hook stops what would leave', async ({
  page,
}) => {
  const seen = await page.evaluate(async () => {
    const refused = (url: string) =>
      fetch(url).then(
        () => 'answered',
        (error: Error) => error.name,
      );
    const blocked = new Promise((resolve) => {
      addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
        once: true,
      });
    });
    return [await refused('https://example.org/'), await blocked];
  });
  expect(seen).toEqual(['TypeError', 'connect-src']);
});

test('navigation asks first, a new window asks and is denied', async ({ page, log, app }) => {
  await page.locator('#refused').click();
  await expect.poll(log).toContain('navigate https://example.org/out');
  await page.locator('#blank').click();
  await expect.poll(log).toContain('open https://example.org/blank');
  await expect.poll(() => app.windows().length).toBe(1);
  await page.locator('#allowed').click();
  await expect(page.getByRole('heading')).toHaveText('Second');
  expect(await app.evaluate(() => globalThis.suite.window.webContents.getURL())).toBe(
    'app://suite/second.html',
  );
});

test('permissions are what the handler says', async ({ page }) => {
  const state = () =>
    navigator.permissions.query({ name: 'geolocation' }).then((permission) => permission.state);
  expect(await page.evaluate(state)).toBe('denied');
});

test('menu items are clicked by id and by key; a checkbox changes', async ({ page, log, app }) => {
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('box')?.click());
  expect(await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('box')?.checked)).toBe(
    true,
  );
  await page.keyboard.press('Control+1');
  await expect.poll(log).toContain('click one');
});

test('files dropped on the page have paths', async ({ page, userData }) => {
  const path = join(userData, 'dropped.db');
  writeFileSync(path, 'x');
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 100, y: 100, data });
  await expect.poll(() => page.evaluate(() => globalThis.dropped)).toEqual([path]);
});

test('closing and quitting can be prevented, and come in order', async ({ page, log, app }) => {
  await app.evaluate(() => {
    globalThis.suite.blockClose = true;
    globalThis.suite.window.close();
  });
  await app.evaluate(({ app: electronApp }) => {
    globalThis.suite.blockClose = false;
    globalThis.suite.blockQuit = true;
    electronApp.quit();
  });
  expect(page.isClosed()).toBe(false);
  const closed = page.waitForEvent('close');
  await app.evaluate(() => globalThis.suite.window.close());
  await closed;
  const life = (await log()).filter((line) => /close|quit/.test(String(line)) && !/port/.test(String(line)));
  expect(life).toEqual(['close', 'before-quit', 'close', 'closed', 'all closed']);
});

test('a second instance hands its command line over and ends', async ({ page, log, userData }) => {
  await launch(userData, 'b.db').catch(() => undefined);
  await expect.poll(log).toContain('second b.db suite');
  await expect(page.getByRole('heading')).toHaveText('First');
});

test('a crashed page is reported and comes back', async ({ page, log }) => {
  const session = await page.context().newCDPSession(page);
  session.send('Page.crash').catch(() => undefined);
  await expect.poll(log).toContain('gone crashed');
  await expect.poll(async () => (await log()).filter((line) => line === 'loaded').length).toBe(2);
});

test('what the double lacks fails loudly', async ({ page, app }) => {
  await expect(page.getByRole('heading')).toHaveText('First');
  const isDouble = await app.evaluate(() => '__electronDouble' in globalThis);
  test.skip(!isDouble, 'the real binary lacks nothing');
  const messages = await app.evaluate((electron) => {
    const attempts = [
      () => Reflect.get(electron.app, 'getLocale'),
      () => Reflect.get(globalThis.suite.window, 'setVibrancy'),
      () => Reflect.get(electron, 'powerMonitor'),
      () => electron.app.on('gpu-info-update', () => undefined),
    ];
    return attempts.map((attempt) => {
      try {
        attempt();
        return 'ran';
      } catch (error) {
        return error instanceof Error ? error.message : 'not an Error';
      }
    });
  });
  expect(messages).toEqual([
    'ElectronDouble: app.getLocale is not implemented',
    'ElectronDouble: BrowserWindow.setVibrancy is not implemented',
    'ElectronDouble: electron.powerMonitor is not implemented',
    "ElectronDouble: app never emits 'gpu-info-update'",
  ]);
});
