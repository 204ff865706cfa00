import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from '@playwright/test';
import { type CommandId, commandOf } from '../../src-main/contract/commands';
import { FilePicker } from '../pages/file-picker';
import { type LaunchOptions, readyMark, type Shell } from './shell';

const root = resolve(import.meta.dirname, '../..');

export interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  output(): string;
  stop(): Promise<void>;
}

/** `stepscope serve --no-open --json`, until it has told its address. */
export async function serve({ home, locations, environment }: LaunchOptions): Promise<Served> {
  const cli = resolve(root, 'dist/node/cli.js');
  const child = spawn(process.execPath, [cli, 'serve', '--no-open', '--json', ...locations], {
    cwd: home,
    env: { ...process.env, STEPSCOPE_DEMO: '0', ...environment, STEPSCOPE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written: string[] = [];
  child.stderr.on('data', (data: Buffer) => written.push(data.toString()));
  const url = await new Promise<string>((found, failed) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      written.push(`${line}\n`);
      if (!line.startsWith('{')) return;
      const said: { url?: string } = JSON.parse(line);
      if (said.url !== undefined) found(said.url);
    });
    child.once('exit', (code) => failed(new Error(`serve ended with ${String(code)}\n${written.join('')}`)));
  });
  return {
    child,
    url,
    output: () => written.join(''),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A title as the accessible name of a menu item: its keys may follow. */
function menuItemName(title: string): RegExp {
  return new RegExp(`^${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\s|$)`);
}

async function openMenu(page: Page, id: CommandId): Promise<void> {
  const bar = page.getByRole('menubar', { name: 'Menu' });
  const menu = commandOf(id).menu ?? 'file';
  await bar.getByRole('menuitem', { name: new RegExp(`^${menu}$`, 'i') }).click();
}

export async function openServeShell(
  options: LaunchOptions,
  newPage: () => Promise<Page>,
): Promise<Shell & { close(): Promise<void> }> {
  const served = await serve(options);
  const page = await newPage();
  const answers: (string | null)[] = [];
  const picker = new FilePicker(page);
  await page.addLocatorHandler(picker.dialog, async () => {
    const path = answers.shift();
    if (path === undefined) throw new Error('test: a file dialog opened and no answer was given');
    await picker.answer(path);
  });
  await page.goto(served.url);
  await page.locator(readyMark).waitFor({ state: 'attached', timeout: 15_000 });
  return {
    kind: 'serve',
    page,
    app: null,
    isDouble: false,
    pid: served.child.pid ?? 0,
    url: served.url,
    clickMenu: async (id) => {
      const { title, checkable } = commandOf(id);
      await openMenu(page, id);
      const role = checkable ? 'menuitemcheckbox' : 'menuitem';
      await page
        .getByRole('menu')
        .getByRole(role, { name: menuItemName(title) })
        .click();
    },
    clickRecent: async (index) => {
      await openMenu(page, 'file.openRecent');
      await page.getByRole('menuitem', { name: menuItemName('Open Recent') }).click();
      await page.getByRole('menu').last().getByRole('menuitem').nth(index).click();
    },
    answerDialog: async (path) => {
      answers.push(path);
    },
    opened: async () => [],
    output: served.output,
    close: served.stop,
  };
}
