import type { MigrationReport, RollbackReport } from '../../model';

/** A migration's report for people. */
export function migrationPage(report: MigrationReport): string {
  const { runId, source, target, tables, sums, foreignKeys, differences, notes } = report;
  const rows = tables.map(
    (each) =>
      `| ${each.table} | ${figure(each.source)} | ${figure(each.present)} | ${figure(each.written)} | ${each.found === null ? '–' : figure(each.found)} | ${each.checksum === null ? '–' : each.checksum === each.foundChecksum ? 'equal' : 'differs'} |`,
  );
  const totals = sums.map(
    (each) => `| ${each.name} | ${each.source} | ${each.target} | ${each.isEqual ? 'equal' : 'differs'} |`,
  );
  const lines = [
    `# Migration ${runId}`,
    '',
    `${sentenceOf(report)}`,
    '',
    `- From: ${source.path} (tracing v2, ${source.form}, naive times in ${source.zone})`,
    `- Into: ${target.name} (tracing v3, ${target.kind}${target.isNew ? ', new' : ''})`,
    `- Backup: ${target.backup ?? (target.kind === 'store' ? 'the keys of every inserted row, in the store' : 'none needed')}`,
    `- From ${report.startedAt} to ${report.finishedAt}`,
    '',
    '| table | in the source | left out | written | found equal | checksum |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...rows,
    '',
    ...(sums.length === 0
      ? []
      : ['| sum | tracing v2 | target | |', '| --- | ---: | ---: | --- |', ...totals, '']),
    ...section(
      'References that lead nowhere',
      foreignKeys.filter((each) => each.broken > 0).map((each) => `${each.name}: ${each.broken}`),
    ),
    ...section('Differences', differences),
    ...section('Notes', notes),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function sentenceOf({ state, isVerified }: MigrationReport): string {
  switch (state) {
    case 'planned':
      return 'This is what a migration would do. Nothing was written.';
    case 'already-done':
      return isVerified === null
        ? 'This source was migrated before. Nothing was written.'
        : 'This source was migrated before. Nothing was written; every row was compared again.';
    case 'done':
      return 'Every row was written and found equal.';
    case 'failed':
      return 'The rows that were found differ from those that should be there. Roll the run back.';
  }
}

export function rollbackPage({ runId, target, way, tables, notes, finishedAt }: RollbackReport): string {
  const how = {
    backup: 'Nobody had written to the file since, so it is its backup again, byte for byte.',
    'file-removed': 'The run had made the file and nobody had written to it since, so it is gone.',
    rows: 'The rows that the run had inserted were removed, no others.',
  }[way];
  const rows = tables.map((each) => `| ${each.table} | ${figure(each.removed)} | ${figure(each.kept)} |`);
  const table = rows.length === 0 ? [] : ['| table | removed | kept |', '| --- | ---: | ---: |', ...rows, ''];
  const lines = [
    `# Rollback of ${runId}`,
    '',
    how,
    '',
    `- Target: ${target}`,
    `- At ${finishedAt}`,
    '',
    ...table,
    ...section('Notes', notes),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines.map((line) => `- ${line}`), ''];
}

function figure(value: number): string {
  return value.toLocaleString('en-US');
}
