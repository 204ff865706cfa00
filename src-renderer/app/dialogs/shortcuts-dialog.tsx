import { commandOf } from '../../../src-main/contract';
import { Dialog, Keys } from '../../ui';
import text from '../../ui/text.module.css';
import { keysLabel } from '../commands';
import { menus } from '../frame/menu-model';
import { live } from '../live';
import { useLive } from '../use-live';
import styles from './shortcuts-dialog.module.css';

export interface CloseProps {
  readonly onClose: () => void;
}

/** Keys of what has the focus, which are not commands. */
const inLists: readonly (readonly [string, string])[] = [
  ['Move in a list', '↑ ↓ or K J'],
  ['First and last', 'Home End'],
  ['A screenful', 'PgUp PgDn'],
  ['Open the session', 'Enter'],
  ['Add to the selection', 'Space'],
  ['Extend the selection', 'Shift+↑ ↓'],
];
const inTranscripts: readonly (readonly [string, string])[] = [
  ['Fold and unfold the step', '← →'],
  ['Fold and unfold all', 'Shift+← →'],
  ['Show the details', 'Enter or Space'],
];
const inCharts: readonly (readonly [string, string])[] = [
  ['Read the values', '← → Home End'],
  ['Go to what is there', 'Enter'],
  ['Whole range again', 'Esc'],
];

export function ShortcutsDialog({ onClose }: CloseProps) {
  const platform = useLive(live.capabilities)?.platform ?? 'linux';
  return (
    <Dialog open onOpenChange={onClose} title="Keyboard shortcuts" width={960}>
      <div className={styles.columns}>
        {menus.map(({ name, title, groups }) => {
          const withKeys = groups.flat().filter((id) => commandOf(id).keys !== undefined);
          return withKeys.length === 0 ? null : (
            <Group
              key={name}
              title={title}
              lines={withKeys.map((id) => {
                const { title: text, keys } = commandOf(id);
                return [text, (keys ?? []).map((key) => keysLabel(key, platform)).join(', ')] as const;
              })}
            />
          );
        })}
        <Group title="Lists" lines={inLists} />
        <Group title="Transcript" lines={inTranscripts} />
        <Group title="Charts" lines={inCharts} />
      </div>
    </Dialog>
  );
}

function Group({
  title,
  lines,
}: {
  readonly title: string;
  readonly lines: readonly (readonly [string, string])[];
}) {
  return (
    <section className={styles.group}>
      <h3 className={text.caps}>{title}</h3>
      <dl>
        {lines.map(([text, keys]) => (
          <div key={text} className={styles.line}>
            <dt>{text}</dt>
            <dd>
              <Keys>{keys}</Keys>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
