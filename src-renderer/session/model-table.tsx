import type { Cost } from '../../src-main/contract';
import { Count, cx, Duration, Money, Tokens, unknown } from '../ui';
import { Swatch } from '../ui/chart';
import { basisText } from './basis';
import styles from './tab-frame.module.css';

export interface ModelRow {
  readonly model: string | null;
  readonly provider: string | null;
  readonly calls: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cost: Cost;
  readonly latencies: readonly (readonly [name: string, milliseconds: number | null])[];
  readonly cacheReadTokens?: number | null;
  readonly reasoningTokens?: number | null;
  readonly errors?: number;
}

interface Props {
  readonly rows: readonly ModelRow[];
  /** Where charts beside the table show the models in colours. */
  readonly colourOf?: (model: string | null) => string;
}

/** What each model was used for, what it cost and on what ground that is known, and how long it took. */
export function ModelTable({ rows, colourOf }: Props) {
  const [first] = rows;
  if (first === undefined) return <p className={styles.note}>No LM calls.</p>;
  const hasCache = rows.some((row) => typeof row.cacheReadTokens === 'number');
  const hasReasoning = rows.some((row) => typeof row.reasoningTokens === 'number');
  const hasErrors = first.errors !== undefined;
  return (
    <section className={styles.tableBox} tabIndex={0} aria-label="By model">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" className={styles.text}>
              Provider
            </th>
            <th scope="col">Calls</th>
            <th scope="col">Input tokens</th>
            <th scope="col">Output tokens</th>
            {hasCache && <th scope="col">Cache read</th>}
            {hasReasoning && <th scope="col">Reasoning</th>}
            <th scope="col">Cost</th>
            <th scope="col" className={styles.text}>
              Basis
            </th>
            {first.latencies.map(([name]) => (
              <th scope="col" key={name}>
                Latency {name}
              </th>
            ))}
            {hasErrors && <th scope="col">Errors</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.provider} ${row.model}`}>
              <td>
                {colourOf && <Swatch colour={colourOf(row.model)} dash={false} mark="bar" />}{' '}
                {row.model ?? 'unknown model'}
              </td>
              <td className={styles.text}>{row.provider ?? unknown}</td>
              <td>
                <Count value={row.calls} />
              </td>
              <td>
                <Tokens total={row.inputTokens} />
              </td>
              <td>
                <Tokens total={row.outputTokens} />
              </td>
              {hasCache && (
                <td>
                  <Tokens total={row.cacheReadTokens ?? null} />
                </td>
              )}
              {hasReasoning && (
                <td>
                  <Tokens total={row.reasoningTokens ?? null} />
                </td>
              )}
              <td>
                <Money cost={row.cost} />
              </td>
              <td className={cx(styles.text, styles.basis)}>{basisText([row.cost])}</td>
              {row.latencies.map(([name, milliseconds]) => (
                <td key={name}>
                  <Duration milliseconds={milliseconds} />
                </td>
              ))}
              {hasErrors && (
                <td>
                  <Count value={row.errors} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
