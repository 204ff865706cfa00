import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe finds in the whole window, or on the screen alone, without the frame around it. */
export async function violationsIn(page: Page, part: 'window' | 'screen' = 'window'): Promise<string[]> {
  await page.evaluate(axeSource);
  // A dialog that is fading in has the contrast of its middle.
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((one) => one.finished));
  });
  const place = part === 'window' ? 'document' : 'document.querySelector("main")';
  const found = await page.evaluate<Violation[]>(
    `axe.run(${place}, { resultTypes: ["violations"] }).then((result) => result.violations)`,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`);
}
