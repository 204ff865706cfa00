import type { Locator, Page } from '@playwright/test';

/** The list of sessions. */
export class SessionsPage {
  readonly grid: Locator;
  readonly totals: Locator;
  readonly filter: Locator;
  readonly alerts: Locator;
  readonly notices: Locator;
  constructor(private readonly page: Page) {
    this.grid = page.getByRole('grid', { name: 'Sessions' });
    this.totals = page.getByLabel('Totals of the sessions listed');
    this.filter = page.getByRole('combobox', { name: 'Filter sessions' });
    this.alerts = page.getByRole('alert');
    this.notices = page.getByRole('region', { name: 'Notices' });
  }
  row(text: string | RegExp): Locator {
    return this.grid.getByRole('row').filter({ hasText: text });
  }
  rows(): Locator {
    return this.grid.getByRole('row').filter({ has: this.page.getByRole('gridcell') });
  }
  /** Opens a session in full. */
  async open(text: string | RegExp): Promise<void> {
    await this.row(text).first().dblclick();
    await this.page.getByRole('tablist', { name: 'Session' }).waitFor();
  }
}
