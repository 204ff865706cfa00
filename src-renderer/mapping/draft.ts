import {
  columnLabel,
  durationUnits,
  type FieldType,
  fieldsOf,
  type MappedField,
  type Mapping,
  type MappingEntry,
  type MappingKind,
  moneyUnits,
  requiredFields,
  type SurveyedColumn,
  type SurveyedTable,
} from '../../src-main/contract';

export const kindTitles: Readonly<Record<MappingKind, string>> = {
  session: 'Sessions',
  step: 'Steps',
  event: 'Events',
  message: 'Messages',
  span: 'Spans',
};

/** Changes of a mapping, each a new one. */

export function withField(
  draft: Mapping,
  entry: number,
  change: { name: string; field: MappedField | null },
): Mapping {
  return withEntry(draft, entry, (before) => {
    const { [change.name]: _old, ...others } = before.fields;
    return { ...before, fields: change.field === null ? others : { ...others, [change.name]: change.field } };
  });
}

/** Fields that the new kind has too stay. */
export function withKind(draft: Mapping, entry: number, kind: MappingKind): Mapping {
  const known = fieldsOf(kind);
  return withEntry(draft, entry, (before) => ({
    ...before,
    kind,
    fields: Object.fromEntries(Object.entries(before.fields).filter(([name]) => known.has(name))),
  }));
}

export function withNewEntry(draft: Mapping, table: string, kind: MappingKind): Mapping {
  // What says where a row belongs is the same for every kind of row of a table.
  const other = draft.entries.find((entry) => entry.table === table)?.fields ?? {};
  const known = fieldsOf(kind);
  const shared = ['session', 'step', 'occurred_at'].filter((name) => known.has(name));
  const fields: Record<string, MappedField> = {};
  for (const name of shared) {
    const field = other[name];
    if (field !== undefined) fields[name] = field;
  }
  return { ...draft, entries: [...draft.entries, { table, kind, fields }] };
}

export function withoutEntry(draft: Mapping, entry: number): Mapping {
  return { ...draft, entries: draft.entries.filter((_, nth) => nth !== entry) };
}

function withEntry(draft: Mapping, entry: number, change: (before: MappingEntry) => MappingEntry): Mapping {
  return { ...draft, entries: draft.entries.map((before, nth) => (nth === entry ? change(before) : before)) };
}

/** Fields that are always shown: they decide what a row is. */
export function shownFields({ kind, fields }: MappingEntry): string[] {
  const always = new Set(['session', ...requiredFields[kind], ...(kind === 'message' ? ['role'] : [])]);
  return [...fieldsOf(kind).keys()].filter((name) => always.has(name) || fields[name] !== undefined);
}

export function unshownFields(entry: MappingEntry): string[] {
  const shown = new Set(shownFields(entry));
  return [...fieldsOf(entry.kind).keys()].filter((name) => !shown.has(name));
}

/** A column as the value of an option: what a field takes. */
export function columnKey({
  column,
  path,
}: Pick<SurveyedColumn, 'column'> & { readonly path?: readonly string[] | undefined }): string {
  return JSON.stringify([column, ...(path ?? [])]);
}

export function columnOf(table: SurveyedTable, field: MappedField | undefined): SurveyedColumn | undefined {
  if (field === undefined || !('column' in field)) return undefined;
  const key = columnKey(field);
  return table.columns.find((column) => columnKey(column) === key);
}

/** The field that takes this column; a unit that was chosen stays. */
export function fieldTaking(
  column: SurveyedColumn,
  type: FieldType,
  before: MappedField | undefined,
): MappedField {
  const { column: name, path } = column;
  const units = unitsOf(type);
  const isMappedBefore = before !== undefined && 'column' in before;
  const guessed =
    type === 'money' && /cent/i.test(columnLabel({ column: name, path: [...path] })) ? 'cents' : units[0];
  const unit = (isMappedBefore ? before.unit : undefined) ?? guessed;
  return {
    column: name,
    ...(path.length === 0 ? {} : { path: [...path] }),
    ...(units.length === 0 || unit === undefined ? {} : { unit }),
  };
}

/** Units that are asked for. A time's is told by its size. */
export function unitsOf(type: FieldType): readonly ('dollars' | 'cents' | 's' | 'ms' | 'us' | 'ns')[] {
  if (type === 'money') return moneyUnits;
  return type === 'duration' ? ['ms', ...durationUnits.filter((unit) => unit !== 'ms')] : [];
}
