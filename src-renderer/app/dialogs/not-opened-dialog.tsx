import type { OpenResult } from '../../../src-main/contract';
import { Button, Dialog, ErrorState, formatInteger, plural, shownFailureOf } from '../../ui';
import { openSpecs } from '../open-specs';
import { joinPath } from './path-text';
import type { CloseProps } from './shortcuts-dialog';
import styles from './source-dialog.module.css';

/** What of a dropped folder did not open, file by file. */
export function NotOpenedDialog({ result, onClose }: { readonly result: OpenResult } & CloseProps) {
  const { location, failures, unknownFiles } = result;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Not opened"
      description={location}
      width={720}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <div className={styles.body}>
        {failures.map(({ path, failure }) => (
          <section key={path} className={styles.part}>
            <h3 className={styles.path}>{path}</h3>
            <ErrorState failure={shownFailureOf(failure)} inline />
          </section>
        ))}
        {unknownFiles !== null && (
          <section className={styles.part}>
            <h3>{plural(unknownFiles.count, 'file')} of no known trace format</h3>
            <ul>
              {unknownFiles.examples.map((name) => (
                <li key={name}>
                  <Button
                    size="small"
                    variant="quiet"
                    onClick={() => {
                      onClose();
                      void openSpecs([{ kind: 'path', path: joinPath(location, name) }]);
                    }}
                  >
                    {name}
                  </Button>
                </li>
              ))}
            </ul>
            {unknownFiles.count > unknownFiles.examples.length && (
              <p className={styles.hint}>
                and {formatInteger(unknownFiles.count - unknownFiles.examples.length)} more
              </p>
            )}
            <p className={styles.hint}>A table that holds traces can be opened by itself and mapped.</p>
          </section>
        )}
      </div>
    </Dialog>
  );
}
