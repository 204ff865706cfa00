import type { Locator, Page } from '@playwright/test';

/** The charts of a screen: each a figure with its values as a table for those who do not see it. */
export class Charts {
  constructor(private readonly root: Page | Locator) {}
  figure(title: string | RegExp): Locator {
    return this.root.getByRole('figure', { name: title });
  }
  plot(title: string | RegExp): Locator {
    return this.figure(title).getByRole('img').first();
  }
  /** The values of a series, as they are read out. */
  async column(title: string | RegExp, series: string): Promise<string[]> {
    const table = this.figure(title).getByRole('table');
    await table.waitFor({ state: 'attached' });
    const heads = await table.locator('thead th').allTextContents();
    const at = heads.indexOf(series);
    if (at === -1) throw new Error(`no series '${series}' among ${heads.join(', ')}`);
    return table.locator(`tbody tr > :nth-child(${at + 1})`).allTextContents();
  }
  /** Drags over a part of the plot; fractions of its width. */
  async brush(page: Page, title: string | RegExp, from: number, to: number): Promise<void> {
    const box = await this.plotArea(title);
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * from, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to, y, { steps: 5 });
    await page.mouse.up();
  }
  async click(page: Page, title: string | RegExp, at: number, count: 1 | 2 = 1): Promise<void> {
    const box = await this.plotArea(title);
    await page.mouse.click(box.x + box.width * at, box.y + box.height / 2, { clickCount: count });
  }
  private async plotArea(title: string | RegExp) {
    const area = this.figure(title).locator('.u-over');
    await area.scrollIntoViewIfNeeded();
    const box = await area.boundingBox();
    if (box === null) throw new Error(`no plot of ${String(title)}`);
    return box;
  }
}
