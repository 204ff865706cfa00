import { useQuery } from '@tanstack/react-query';
import { Async, EmptyState, PartialNote, plural, Skeleton } from '../../ui';
import { sessionTimeline } from '../queries';
import { type SessionView, useSessionRef } from '../session-context';
import styles from '../tab-frame.module.css';
import { TimelineCanvas } from './timeline-canvas';

/** When what happened: a lane per system, a bar per step and event. */
export function Timeline({ change }: SessionView) {
  const ref = useSessionRef();
  const timeline = useQuery(sessionTimeline(ref));
  return (
    <div className={styles.tab}>
      <Async
        query={timeline}
        skeleton={<Skeleton lines={8} height={32} />}
        isEmpty={({ bars }) => bars.length === 0}
        empty={
          <EmptyState title="No timeline">
            {`${plural(timeline.data?.untimed ?? 0, 'row')} of this session without a time.`}
          </EmptyState>
        }
      >
        {(data) => (
          <>
            {data.untimed > 0 && (
              <PartialNote>{`${plural(data.untimed, 'row')} without a time.`}</PartialNote>
            )}
            <TimelineCanvas
              timeline={data}
              onOpen={(bar) =>
                change({
                  tab: 'transcript',
                  step: bar.stepKey ?? undefined,
                  event: bar.kind === 'step' || bar.kind === 'message' ? undefined : bar.key,
                })
              }
            />
          </>
        )}
      </Async>
    </div>
  );
}
