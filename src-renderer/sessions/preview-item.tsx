import type { TranscriptItem } from '../../src-main/contract';
import { CallMoney, cx, Duration, formatInteger, formatNumber } from '../ui';
import styles from './inspector.module.css';

const eventNames = {
  cais: 'LM call',
  environment: 'environment',
  runtime: 'runtime',
  other: 'event',
} as const;

/** A line or two of an item of the transcript. */
export function PreviewItem({ item }: { readonly item: TranscriptItem }) {
  switch (item.kind) {
    case 'step':
      return (
        <h3 className={styles.step}>
          <span>{item.label}</span>
          {item.reward !== null && <span>reward {formatNumber(item.reward, 3)}</span>}
        </h3>
      );
    case 'message':
      return (
        <div className={styles.message}>
          <span className={cx(styles.role, styles[item.role])}>
            {item.author ?? item.role.replace('_', ' ')}
          </span>
          <p dir="auto">{item.content.text.slice(0, 400)}</p>
        </div>
      );
    case 'event':
      return (
        <div className={styles.event}>
          <span className={cx(styles.role, styles[item.type])}>
            {item.model ?? item.name ?? eventNames[item.type]}
          </span>
          <span className={styles.eventText}>
            {item.error ?? item.summary ?? item.toolCalls.map((call) => call.name).join(', ')}
          </span>
          {item.outputTokens !== null && (
            <span>
              {formatInteger(item.inputTokens)} → {formatInteger(item.outputTokens)}
            </span>
          )}
          {item.cost !== null && <CallMoney cost={item.cost} />}
          {item.latencyMs !== null && <Duration milliseconds={item.latencyMs} />}
        </div>
      );
    case 'reward':
      return (
        <div className={styles.event}>
          <span className={styles.role}>{item.name ?? item.type ?? 'reward'}</span>
          <span className={styles.eventText}>{item.annotation}</span>
          <span>{formatNumber(item.value, 3)}</span>
        </div>
      );
  }
}
