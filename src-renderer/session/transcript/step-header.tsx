import { ChevronDown, ChevronRight } from 'lucide-react';
import { Duration, formatInteger, Money, plural } from '../../ui';
import { Reward, type StepItem } from './item-views';
import styles from './items.module.css';

interface Props {
  readonly item: StepItem;
  readonly isFolded: boolean;
  readonly onFold: () => void;
  readonly onLink?: () => void;
}

/** `STEP 3 · 5 events · 2.1 s · 3,120 tok · $0.0094 … reward +1.0`. What names no step comes under a header without figures of its own. */
export function StepHeader({ item, isFolded, onFold, onLink }: Props) {
  const Chevron = isFolded ? ChevronRight : ChevronDown;
  return (
    <div className={styles.step}>
      <button
        type="button"
        className={styles.stepFold}
        aria-expanded={!isFolded}
        aria-label={`${isFolded ? 'Unfold' : 'Fold'} ${item.label}`}
        onClick={() => {
          onFold();
          onLink?.();
        }}
      >
        <Chevron size={14} aria-hidden />
        <span className={styles.stepName} title={item.label}>
          {item.label}
        </span>
      </button>
      <span className={styles.stepFigures}>
        <span>{item.events > 0 && plural(item.events, 'event')}</span>
        <span>{item.messages > 0 && plural(item.messages, 'message')}</span>
        <span className={styles.stepNumber}>
          {item.durationMs !== null && <Duration milliseconds={item.durationMs} />}
        </span>
        <span className={styles.stepNumber}>
          {item.totalTokens !== null && (
            <>
              {formatInteger(item.totalTokens)} <small>tok</small>
            </>
          )}
        </span>
        <span className={styles.stepNumber}>
          {item.cost !== null && item.cost.usd !== null && <Money cost={item.cost} />}
        </span>
        {item.errors > 0 && <span className={styles.bad}>{plural(item.errors, 'error')}</span>}
        {!item.completed && item.stepKey !== null && item.at !== null && (
          <span className={styles.quiet}>not completed</span>
        )}
      </span>
      {item.reward !== null && <Reward value={item.reward} />}
    </div>
  );
}
