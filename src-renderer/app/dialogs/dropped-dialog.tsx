import { Button, Dialog, plural } from '../../ui';
import { openSpecs, pickAndOpen } from '../open-specs';
import type { Dropped } from '../overlays';
import styles from './dropped-dialog.module.css';
import type { CloseProps } from './shortcuts-dialog';

interface DroppedProps extends CloseProps {
  readonly unsure: readonly Dropped[];
}

/** A browser's page is not told where a dropped file lies, and a trace is opened in place, with its WAL beside it. */
export function DroppedDialog({ unsure, onClose }: DroppedProps) {
  const [first] = unsure;
  const copies = unsure.filter(({ places }) => places.length > 0);
  const missing = unsure.filter(({ places }) => places.length === 0);
  const pick = (want: 'file' | 'folder'): void => {
    onClose();
    void pickAndOpen(want);
  };
  const open = (path: string): void => {
    onClose();
    void openSpecs([{ kind: 'path', path }]);
  };
  const was = first?.places.length === 0 ? 'was not found' : 'lies in several places';
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={unsure.length === 1 ? `${first?.name} ${was}` : `${plural(unsure.length, 'file')} to be chosen`}
      description="A browser does not say where a dropped file lies, and traces are read in place, together with the files beside them. It was looked for by name, size and time on the machine that Stepscope runs on."
      footer={
        <>
          <Button onClick={() => pick('folder')}>Open folder…</Button>
          <Button variant={missing.length > 0 ? 'primary' : 'plain'} onClick={() => pick('file')}>
            Open file…
          </Button>
        </>
      }
    >
      {missing.length > 0 && unsure.length > 1 && (
        <p>Not found: {missing.map(({ name }) => name).join(', ')}</p>
      )}
      {copies.map(({ name, places }) => (
        <ul key={`${name}\n${places[0]}`} className={styles.places} aria-label={name}>
          {places.map((path) => (
            <li key={path}>
              <code title={path}>{path}</code>
              <Button size="small" aria-label={`Open ${path}`} onClick={() => open(path)}>
                Open
              </Button>
            </li>
          ))}
        </ul>
      ))}
    </Dialog>
  );
}
