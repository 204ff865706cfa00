import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Scope } from '../../src-main/contract';
import { data } from '../app/connect';
import { Async, cx, formatInteger } from '../ui';
import text from '../ui/text.module.css';
import styles from './facets.module.css';
import { hasTerm, toggleTerm } from './filter-completion';

const fields = ['status', 'model', 'provider', 'system', 'experiment', 'kind', 'source'] as const;
const titles: Record<(typeof fields)[number], string> = {
  status: 'Status',
  model: 'Model',
  provider: 'Provider',
  system: 'System',
  experiment: 'Experiment',
  kind: 'Kind',
  source: 'Source',
};

export interface FacetsProps {
  readonly scope: Scope;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
}

/** The values that occur in what is listed, with counts. A click adds the value to the filter, another takes it away. */
export function Facets({ scope, filter, onFilter }: FacetsProps) {
  const query = useQuery({
    ...data.sessions.facets.queryOptions({ input: { scope, fields: [...fields], limit: 12 } }),
    placeholderData: keepPreviousData,
  });
  return (
    <aside className={styles.facets} aria-label="Facets">
      <Async query={query}>
        {(found) =>
          fields.map((field) => {
            const facet = found[field];
            // One value for all tells nothing, unless it is what was chosen.
            const isTelling =
              facet !== undefined &&
              (facet.values.length > 1 || facet.values.some(({ value }) => hasTerm(filter, field, value)));
            if (!isTelling) return null;
            const most = Math.max(1, ...facet.values.map(({ sessions }) => sessions));
            return (
              <section key={field} className={styles.facet}>
                <h2 className={text.caps}>{titles[field]}</h2>
                <ul>
                  {facet.values.map(({ value, label, sessions }) => {
                    const isOn = hasTerm(filter, field, value);
                    return (
                      <li key={value}>
                        <button
                          type="button"
                          className={cx(styles.value, isOn && styles.on)}
                          aria-pressed={isOn}
                          title={label}
                          onClick={() => onFilter(toggleTerm(filter, field, value))}
                        >
                          <span
                            className={styles.share}
                            style={{ width: `${(sessions / most) * 100}%` }}
                            aria-hidden
                          />
                          <span className={styles.label}>{label === '' ? 'none' : label}</span>
                          <span className={styles.count}>{formatInteger(sessions)}</span>
                        </button>
                      </li>
                    );
                  })}
                </ul>
                {facet.more > 0 && <p className={styles.more}>{formatInteger(facet.more)} more</p>}
              </section>
            );
          })
        }
      </Async>
    </aside>
  );
}
