import type { Locator, Page } from '@playwright/test';

/** The sidebar: open sources and the screens. */
export class SourcesPanel {
  readonly panel: Locator;
  readonly sources: Locator;
  constructor(page: Page) {
    this.panel = page.getByRole('navigation', { name: 'Sources and screens' });
    this.sources = this.panel.getByRole('region', { name: 'Sources' });
  }
  /** A source by the beginning of its name. */
  source(name: string): Locator {
    return this.sources.getByRole('button', {
      name: new RegExp(name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')),
    });
  }
  /** Read to its end. */
  async waitUntilRead(name: string): Promise<void> {
    await this.source(name).getByRole('img', { name: 'ready', exact: true }).waitFor();
  }
  screen(name: 'Sessions' | 'Analytics' | 'Store'): Locator {
    return this.panel.getByRole('list', { name: 'Screens' }).getByRole('button', { name });
  }
}
