/** Takes the pictures of `npm run shots`. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'dist/shots');
const pictures = join(root, 'docs/pictures');

export const themes = { light: 'view.themeLight', dark: 'view.themeDark' } as const;
export const sizes = [
  { width: 1_280, height: 800 },
  { width: 2_560, height: 1_440 },
] as const;
export type Theme = keyof typeof themes;

/** Shown in the README, as they look in the small window. */
const chosen = new Set([
  'sessions-light',
  'sessions-dark',
  'transcript-light',
  'timeline-light',
  'costs-light',
  'convergence-light',
  'convergence-pidgin-light',
  'rows-light',
  'analytics-light',
  'analytics-dark',
  'store-light',
  'open-light',
  'palette-dark',
  'mapping-light',
]);

export interface Camera {
  readonly page: Page;
  readonly theme: Theme;
  readonly size: (typeof sizes)[number];
}

/** Once nothing is being asked for, drawn or moved any more. */
export async function take({ page, theme, size }: Camera, name: string): Promise<void> {
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
  await snap({ page, theme, size }, name);
}

export async function snap({ page, theme, size }: Camera, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  const file = join(folder, `${name}-${theme}-${size.width}.png`);
  // Two pictures that are the same: what was asked for has come and is drawn.
  let before: Buffer | undefined;
  await expect
    .poll(
      async () => {
        const last = before;
        before = await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
        return last?.equals(before) ?? false;
      },
      { intervals: [300], timeout: 20_000 },
    )
    .toBe(true);
  if (size.width === 1_280 && chosen.has(`${name}-${theme}`))
    copyFileSync(file, join(pictures, `${name}-${theme}.png`));
}

export function makePictureFolders(): void {
  for (const path of [folder, pictures]) mkdirSync(path, { recursive: true });
}
