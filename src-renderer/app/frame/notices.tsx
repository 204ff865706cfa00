import { X } from 'lucide-react';
import { Button, ErrorState, IconButton, shownFailureOf } from '../../ui';
import { dismissNotice, notices } from '../overlays';
import { useLive } from '../use-live';
import styles from './notices.module.css';

/** Failures of what was asked for from a menu or a key. They stay until they are dismissed. */
export function Notices() {
  const shown = useLive(notices);
  return (
    <section className={styles.notices} aria-label="Notices">
      {shown.map(({ id, title, failure, error, note, details }) => (
        <div key={id} className={styles.notice}>
          <div className={styles.head}>
            <h2>{title}</h2>
            <IconButton label="Dismiss" onClick={() => dismissNotice(id)}>
              <X size={14} aria-hidden />
            </IconButton>
          </div>
          {note !== undefined && <p role="status">{note}</p>}
          {failure !== undefined && <ErrorState failure={shownFailureOf(failure)} inline />}
          {details !== undefined && (
            <div className={styles.actions}>
              <Button
                size="small"
                onClick={() => {
                  dismissNotice(id);
                  details.show();
                }}
              >
                {details.title}
              </Button>
            </div>
          )}
          {note === undefined && failure === undefined && <ErrorState error={error} inline />}
        </div>
      ))}
    </section>
  );
}
