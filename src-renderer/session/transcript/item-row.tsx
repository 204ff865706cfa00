import type { TranscriptItem } from '../../../src-main/contract';
import { EventView, MessageView, RewardView } from './item-views';
import styles from './items.module.css';
import { StepHeader } from './step-header';

interface Props {
  /** Undefined while its page is on the way. */
  readonly item: TranscriptItem | undefined;
  readonly needle: string;
  readonly isFolded: boolean;
  readonly onFold: (length: number) => void;
  readonly isOpen: (eventKey: string) => boolean;
  readonly onToggle: () => void;
  readonly onLink: () => void;
}

export function ItemRow({ item, needle, isFolded, onFold, isOpen, onToggle, onLink }: Props) {
  switch (item?.kind) {
    case undefined:
      return <div className={styles.waiting} />;
    case 'step':
      return <StepHeader item={item} isFolded={isFolded} onFold={() => onFold(item.items)} onLink={onLink} />;
    case 'message':
      return <MessageView item={item} needle={needle} />;
    case 'event':
      return <EventView item={item} needle={needle} isOpen={isOpen(item.eventKey)} onToggle={onToggle} />;
    case 'reward':
      return <RewardView item={item} needle={needle} />;
  }
}
