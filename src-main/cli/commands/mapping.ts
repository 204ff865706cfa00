import { columnLabel, type MappedField, type Mapping, mappingFields } from '../../../db/model';
import { specOfArgument } from '../../core/app';
import { toVisible } from '../cells';
import { UsageError } from '../failure';
import type { Terminal } from '../terminal';
import { openOwnWorkspace } from '../traces';

/** `mapping PATH`: the tables of a file and what they are taken for. With --json it is a file that --mapping reads. */
export async function mapping(
  terminal: Terminal,
  location: string,
  options: { readonly json?: boolean },
): Promise<void> {
  const spec = specOfArgument(location, process.cwd());
  if (spec.kind !== 'path') throw new UsageError('A mapping is for a file.');
  await using workspace = await openOwnWorkspace();
  const { survey, proposal, kept } = await workspace.survey(spec.path, terminal.signal);
  const said = kept ?? proposal;
  if (options.json) {
    await terminal.write(`${JSON.stringify(said, null, 2)}\n`);
    return;
  }
  const columns = survey.tables.flatMap((table) => [
    `${toVisible(table.name)}: ${table.columns.length} columns`,
    ...table.columns.map(
      (column) =>
        `  ${toVisible(columnLabel({ column: column.column, path: [...column.path] }))}  ${column.type}  ${toVisible(column.samples.slice(0, 2).join(' · '))}`,
    ),
  ]);
  const preview = await workspace.previewMapping(spec.path, said, terminal.signal);
  const problems = preview.problems.map(({ level, message }) => `  ${level}: ${toVisible(message)}`);
  await terminal.write(
    `${[...columns, '', kept === null ? 'proposed' : 'kept', ...linesOf(said), ...problems].join('\n')}\n`,
  );
}

function linesOf({ entries }: Mapping): string[] {
  return entries.flatMap(({ table, kind, fields }) => [
    `  ${toVisible(table)} → ${kind}`,
    ...Object.keys(mappingFields[kind]).flatMap((name) => {
      const field = fields[name];
      return field === undefined ? [] : [`    ${name} ← ${toVisible(fieldText(field))}`];
    }),
  ]);
}

function fieldText(field: MappedField): string {
  if ('value' in field) return `“${field.value}”`;
  return field.unit === undefined ? columnLabel(field) : `${columnLabel(field)} (${field.unit})`;
}
