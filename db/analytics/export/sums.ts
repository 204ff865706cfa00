import type { ExportSums } from '../../model';
import { sumsVersion } from '../mirror';
import { fillTemplate } from '../queries/template';
import callUsageSql from './call-usage.sql?raw';
import { belongsSql } from './columns';
import eventSumsSql from './event-sums.sql?raw';
import { describeFile, type Exporting, writeRows } from './write-file';

/** What the exported events add up to: opening the export is most of all adding them up. Whoever looks for tables passes by such names. */
export async function writeSums(exporting: Exporting, isEverything: boolean): Promise<ExportSums> {
  const write = async (name: string, template: string) => {
    const sql = fillTemplate(template, isEverything ? {} : { scope: belongsSql('sessions') });
    return describeFile(exporting, await writeRows(exporting, { name, sql }));
  };
  return {
    version: sumsVersion,
    bySession: await write('_event_sums', eventSumsSql),
    byCall: await write('_call_usage', callUsageSql),
  };
}
