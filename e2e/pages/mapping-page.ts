import type { Locator, Page } from '@playwright/test';

/** Where the columns of a file of an unknown schema are mapped. */
export class MappingPage {
  readonly form: Locator;
  readonly open: Locator;
  readonly sessions: Locator;
  readonly rows: Locator;
  constructor(page: Page) {
    this.form = page.getByRole('form', { name: 'Mapping' });
    this.open = this.form.getByRole('button', { name: 'Open with This Mapping' });
    this.sessions = this.form.getByRole('region', { name: 'Sessions of the first rows' });
    this.rows = this.form.getByRole('region', { name: 'First rows of the file' });
  }
  /** What the rows of a table are read as. */
  entry(name: string): Locator {
    return this.form.getByRole('group', { name });
  }
  field(entry: string, name: string): Locator {
    return this.entry(entry).getByLabel(name, { exact: true });
  }
}
