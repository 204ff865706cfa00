/** Electron's security checklist, the points that only a running window shows. What is written down is in security-checklist.test.ts. */
import { expect, test } from '../fixtures';

test('2, 3, 4, 20: the page has no Node, no Electron and one frozen function', async ({ page }) => {
  const seen = await page.evaluate(() => {
    const names = [
      'require',
      'module',
      'process',
      'Buffer',
      'global',
      'ipcRenderer',
      'contextBridge',
      'electron',
    ];
    const bridge: unknown = Reflect.get(globalThis, 'stepscope');
    const own = Object.entries(bridge ?? {}).map(([name, value]) => `${name}: ${typeof value}`);
    return { found: names.filter((name) => name in globalThis), own, isFrozen: Object.isFrozen(bridge) };
  });
  expect(seen).toEqual({ found: [], own: ['pathForFile: function'], isFrozen: true });
});

test('5: every permission is denied', async ({ page }) => {
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'midi', 'camera', 'microphone', 'clipboard-read'];
    const asked = names.map((name) =>
      navigator.permissions.query({ name: name as PermissionName }).then((permission) => permission.state),
    );
    return Promise.all(asked);
  });
  expect(new Set(states)).toEqual(new Set(['denied']));
});

test('7: no script but our own files runs', async ({ page }) => {
  const violated = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        });
        const script = document.createElement('script');
        script.textContent = 'document.documentElement.dataset.injected = "yes"';
        document.head.append(script);
      }),
  );
  expect(violated).toBe('script-src-elem');
  await expect(page.locator('html')).not.toHaveAttribute('data-injected');
});

test('7: nothing is fetched from elsewhere, no form is sent, no page is framed', async ({ page }) => {
  const directives = await page.evaluate(async () => {
    const seen: string[] = [];
    addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
    const image = new Image();
    image.src = 'https://example.org/a.png';
    const frame = document.createElement('iframe');
    frame.src = 'https://example.org/';
    document.body.append(frame);
    await fetch('https://example.org/').catch(() => undefined);
    return new Promise<string[]>((resolve) => {
      const look = () => {
        const kinds = [...new Set(seen)].toSorted();
        if (kinds.length >= 3) resolve(kinds);
        else requestAnimationFrame(look);
      };
      look();
    });
  });
  expect(directives).toEqual(['connect-src', 'frame-src', 'img-src']);
});

test('13: the window stays where it is', async ({ page, shell }) => {
  const address = page.url();
  for (const url of ['https://example.org/out', 'http://example.org/', 'data:text/html,<p>x']) {
    await page.evaluate((target) => {
      const link = document.createElement('a');
      link.href = target;
      document.body.append(link);
      link.click();
      link.remove();
    }, url);
  }
  // Only https leaves, and only through the system's browser.
  await expect.poll(shell.opened).toEqual(['https://example.org/out']);
  expect(page.url()).toBe(address);
});

test('14: no window is opened by the page', async ({ page, app, shell }) => {
  await page.evaluate(() => {
    window.open('https://example.org/window');
    window.open('app://stepscope/index.html');
  });
  await expect.poll(shell.opened).toEqual(['https://example.org/window']);
  await expect.poll(() => app?.windows().length).toBe(1);
});

test('17: main listens to no channel of the page', async ({ app, shell }) => {
  test.skip(shell.isDouble, 'the double has no ipcMain at all');
  const listened = await app?.evaluate((electron) => electron.ipcMain.eventNames().map(String));
  expect(listened).toEqual([]);
});

test('a path outside the build cannot be read over app://', async ({ page }) => {
  const answers = await page.evaluate(async () => {
    const paths = ['/../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/assets/'];
    return Promise.all(paths.map(async (path) => (await fetch(path)).status));
  });
  expect(answers).toEqual([404, 404, 404, 404]);
});
