import type { Locator, Page } from '@playwright/test';

export type SessionTab = 'Transcript' | 'Timeline' | 'Costs' | 'Convergence' | 'Rows';
export const sessionTabs: readonly SessionTab[] = ['Transcript', 'Timeline', 'Costs', 'Convergence', 'Rows'];

/** One session in full. */
export class SessionPage {
  readonly tabs: Locator;
  readonly transcript: Locator;
  constructor(readonly page: Page) {
    this.tabs = page.getByRole('tablist', { name: 'Session' });
    this.transcript = page.getByRole('feed', { name: 'Transcript' });
  }
  async show(tab: SessionTab): Promise<Locator> {
    await this.tabs.getByRole('tab', { name: tab }).click();
    const panel = this.page.getByRole('tabpanel', { name: tab });
    await panel.waitFor();
    return panel;
  }
}
