import { memo } from 'react';
import text from '../text.module.css';
import type { ChartData } from './chart-data';
import type { ChartRange } from './crosshair';

interface Props {
  readonly title: string;
  readonly data: ChartData;
  readonly range: ChartRange;
}

const mostRows = 60;

/** The visible values as a table, for those who do not see the picture. */
export const ChartTable = memo(function ChartTable({ title, data, range }: Props) {
  const rows = data.x.values.flatMap((x, row) =>
    range === null || (x >= range[0] && x <= range[1]) ? [row] : [],
  );
  const every = Math.ceil(rows.length / mostRows);
  const shown = rows.filter((_, at) => at % every === 0);
  return (
    <div className={text.hidden}>
      <table>
        <caption>
          {title}, {data.unit.name}
          {every > 1 && `, every ${every}th of ${rows.length} values`}
        </caption>
        <thead>
          <tr>
            <th scope="col">{data.x.label}</th>
            {data.series.map(({ label }) => (
              <th scope="col" key={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row}>
              <th scope="row">{data.x.describe(row)}</th>
              {data.series.map(({ label, values }) => (
                <td key={label}>{data.unit.exact(values[row] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});
