import type { MigrationTarget } from '../../src-main/contract';
import { Live } from '../app/live';

/** What was typed, kept while a file dialog lies over the form and until the window closes. */
export interface MigrateForm {
  readonly source: string;
  readonly into: 'live' | 'file';
  readonly file: string;
  readonly zone: string;
}

export const migrateForm = new Live<MigrateForm>({ source: '', into: 'live', file: '', zone: 'UTC' });

export function changeForm(part: Partial<MigrateForm>): void {
  migrateForm.set({ ...migrateForm.get(), ...part });
}

export function targetOf({ into, file }: MigrateForm): MigrationTarget {
  return into === 'live' ? { kind: 'live' } : { kind: 'file', path: file.trim() };
}

export function isComplete({ source, into, file, zone }: MigrateForm): boolean {
  return source.trim() !== '' && zone.trim() !== '' && (into === 'live' || file.trim() !== '');
}
