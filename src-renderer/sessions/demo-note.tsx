import { useMutation } from '@tanstack/react-query';
import { runCommand } from '../app/commands';
import { shellClient } from '../app/connect';
import { live } from '../app/live';
import { notify } from '../app/overlays';
import { changeSettings } from '../app/settings';
import { useLive, useSources } from '../app/use-live';
import { Button } from '../ui';
import styles from './demo-note.module.css';
import { keepSources, selection } from './selection';

export interface DemoNoteProps {
  /** The sources that the list shows; undefined: all. */
  readonly shown: readonly string[] | undefined;
}

/** The first start fills the live store: what is invented says so, and how it goes. */
export function DemoNote({ shown }: DemoNoteProps) {
  const { hasDemo } = useLive(live.settings);
  const store = useSources().find(({ spec }) => spec.kind === 'live')?.sourceId;
  const removal = useMutation({
    mutationFn: () => shellClient.removeDemo(),
    onSuccess: () => selection.set(keepSources(selection.get(), (sourceId) => sourceId !== store)),
    onError: (error: unknown) => notify({ title: 'The demo was not removed', error }),
  });
  if (!hasDemo || store === undefined || shown?.includes(store) === false) return null;
  return (
    <aside className={styles.note} aria-label="Demo">
      <p>
        <strong>Demo traces.</strong> The sessions of the live store are invented, to have something to look
        at.
      </p>
      <Button size="small" onClick={() => runCommand('file.open')}>
        Open Your Own…
      </Button>
      <Button size="small" disabled={removal.isPending} onClick={() => removal.mutate()}>
        {removal.isPending ? 'Removing…' : 'Remove Demo'}
      </Button>
      <Button size="small" variant="quiet" onClick={() => changeSettings({ hasDemo: false })}>
        Keep
      </Button>
    </aside>
  );
}
