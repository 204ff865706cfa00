import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorState, formatInteger, JsonView, Segments, Skeleton } from '../../ui';
import { eventPayload } from '../queries';
import { useSessionRef } from '../session-context';
import { detailParts } from './detail-parts';
import styles from './items.module.css';

/** The large JSON of an event, fetched when it is asked for: what was sent, what came back, usage, and all of it as recorded. */
export function EventDetails({ eventKey }: { readonly eventKey: string }) {
  const ref = useSessionRef();
  const payload = useQuery(eventPayload(ref, eventKey));
  const [chosen, setChosen] = useState<string | null>(null);
  if (payload.isError)
    return <ErrorState error={payload.error} inline onRetry={() => void payload.refetch()} />;
  if (payload.data === undefined) return <Skeleton lines={4} />;
  const parts = detailParts(payload.data);
  const shown = parts.find(({ name }) => name === chosen) ?? parts[0];
  if (shown === undefined) return <p className={styles.quiet}>Nothing was recorded for this event.</p>;
  return (
    <div className={styles.opened}>
      <Segments
        legend="Part of the payload"
        names={parts.map(({ name }) => name)}
        chosen={shown.name}
        onChoose={setChosen}
      />
      <JsonView text={shown.text} label={shown.name} openDepth={2} maxHeight={420} />
      {shown.length > shown.text.length && (
        <p className={styles.quiet}>
          The first {formatInteger(shown.text.length)} of {formatInteger(shown.length)} characters.
        </p>
      )}
    </div>
  );
}
