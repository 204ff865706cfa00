import type { OpenSource } from '../../../db/analytics/workspace';
import type { FileReport, SourceWarning } from '../../../db/sources';
import { toVisible } from '../cells';
import type { Terminal } from '../terminal';
import { type OpenOptions, Traces } from '../traces';

export interface InfoOptions extends OpenOptions {
  readonly json?: boolean;
}

/** As many as are listed; `warningCount` counts them all. */
const LISTED_WARNINGS = 100;

/** One source as `info --json` writes it. */
interface SourceInfo {
  readonly name: string;
  readonly location: string;
  readonly namespace: string | null;
  readonly format: string;
  readonly dialect: string | null;
  readonly state: string;
  readonly tables: Readonly<Record<string, number>>;
  readonly warnings: readonly SourceWarning[];
  readonly warningCount: number;
  /** What became of each file: records read, skipped, and why. */
  readonly files: readonly FileReport[];
}

/** `info PATH`: what it is, and how many rows each table has. */
export async function info(terminal: Terminal, location: string, options: InfoOptions): Promise<void> {
  await using traces = await Traces.open(location, options, terminal);
  await traces.read();
  const sources = traces.sources.map((source) => infoOf(source, traces));
  const result = {
    format: common(sources.map((source) => source.format)),
    dialect: common(sources.map((source) => source.dialect)),
    tables: sumTables(sources),
    warnings: sources.flatMap((source) => source.warnings),
    warningCount: sources.reduce((sum, source) => sum + source.warningCount, 0),
    sources,
    failures: traces.failures,
    unknownFiles: traces.unknownFiles,
  };
  await terminal.write(options.json ? `${JSON.stringify(result)}\n` : sources.map(toLines).join('\n'));
  await traces.complain();
}

function infoOf(source: OpenSource, traces: Traces): SourceInfo {
  const all = { offset: 0, limit: Number.POSITIVE_INFINITY };
  const page = traces.workspace.warnings(source.sourceId, { offset: 0, limit: LISTED_WARNINGS });
  return {
    name: source.name,
    location: source.spec.location,
    namespace: source.spec.namespace,
    format: source.format,
    dialect: source.dialect,
    state: source.state,
    tables: source.rows,
    warnings: page.rows,
    warningCount: page.total,
    files: traces.workspace.files(source.sourceId, all).rows,
  };
}

/** What all agree on; null where they differ or there is none. */
function common<T>(values: readonly T[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}

function sumTables(sources: readonly SourceInfo[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { tables } of sources) {
    for (const [table, rows] of Object.entries(tables)) sums[table] = (sums[table] ?? 0) + rows;
  }
  return sums;
}

function toLines(source: SourceInfo): string {
  const rows = Object.entries(source.tables);
  const counts = rows.map(([, count]) => count.toLocaleString('en-US'));
  const nameWidth = Math.max(9, ...rows.map(([table]) => table.length));
  const countWidth = Math.max(0, ...counts.map((count) => count.length));
  const heads: (readonly [string, string | null])[] = [
    ['source', source.location],
    ['namespace', source.namespace],
    ['format', source.format],
    ['dialect', source.dialect],
    ['state', source.state],
  ];
  const lines = [
    ...heads
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name.padEnd(nameWidth)}  ${toVisible(value)}`),
    ...rows.map(([table], at) => `${table.padEnd(nameWidth)}  ${(counts[at] ?? '').padStart(countWidth)}`),
    `${'warnings'.padEnd(nameWidth)}  ${source.warningCount === 0 ? 'none' : source.warningCount}`,
    ...source.warnings.map((each) => `  ${toVisible(each.at)}: ${toVisible(each.message)} (${each.count})`),
  ];
  return `${lines.join('\n')}\n`;
}
