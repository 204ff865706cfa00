import { ChevronDown, ChevronRight } from 'lucide-react';
import { createContext, useContext } from 'react';
import type { TranscriptItem } from '../../../src-main/contract';
import { CallMoney, cx, Duration, formatNumber, Time, unknown } from '../../ui';
import { EventDetails } from './event-details';
import styles from './items.module.css';
import { MarkedText } from './marked-text';
import { TextBlock } from './text-block';
import { ToolCalls } from './tool-calls';

export type StepItem = Extract<TranscriptItem, { kind: 'step' }>;
export type MessageItem = Extract<TranscriptItem, { kind: 'message' }>;
export type EventItem = Extract<TranscriptItem, { kind: 'event' }>;
type RewardItem = Extract<TranscriptItem, { kind: 'reward' }>;

const roleNames = {
  system: 'system',
  user: 'user',
  assistant: 'assistant',
  tool_use: 'tool call',
  tool_result: 'tool result',
  other: 'message',
} as const;

interface Searched {
  readonly needle: string;
}

/** The authors of a conversation in order of first sight: what tells its sides apart beside their names. */
export const AuthorsContext = createContext<readonly string[]>([]);

export function MessageView({ item, needle }: Searched & { readonly item: MessageItem }) {
  const side = useContext(AuthorsContext).indexOf(item.author ?? '') % 4;
  const role = roleNames[item.role];
  const name = item.author ?? role;
  return (
    <div className={cx(styles.row, styles[item.role])} data-side={side}>
      <div className={styles.who} title={item.author === null ? role : `${item.author}, ${role}`}>
        {name}
      </div>
      <div className={styles.what}>
        <TextBlock
          content={item.content}
          label={`${name} message`}
          needle={needle}
          messageKey={item.messageKey}
        />
      </div>
    </div>
  );
}

const eventNames = {
  cais: 'LM call',
  environment: 'environment',
  runtime: 'runtime',
  other: 'event',
} as const;
const eventMarks = { cais: '◆', environment: '⟳', runtime: '▸', other: '·' } as const;

interface EventProps extends Searched {
  readonly item: EventItem;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

export function EventView({ item, needle, isOpen, onToggle }: EventProps) {
  const isCall = item.type === 'cais';
  // Some recorders say the tokens and cost of all calls once.
  const isMeasured = isCall || item.cost !== null;
  const name = isCall ? (item.model ?? 'unknown model') : (item.name ?? '');
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  // The reward has a place of its own in the line.
  const summary = (item.summary ?? '').replace(/^reward \S+\s*·?\s*/, '');
  return (
    <div className={cx(styles.row, styles[item.type])}>
      <div className={styles.who}>{eventNames[item.type]}</div>
      <div className={styles.what}>
        <div className={styles.line}>
          <span className={styles.mark} aria-hidden="true">
            {eventMarks[item.type]}
          </span>
          {name !== '' && (
            <span
              className={styles.name}
              dir="auto"
              title={item.provider === null ? name : `${name}, ${item.provider}`}
            >
              {name}
            </span>
          )}
          <span className={styles.summary} title={summary}>
            <MarkedText text={summary} needle={needle} />
          </span>
          {item.terminated === true && <span className={styles.flag}>terminated</span>}
          {item.truncated === true && <span className={styles.flag}>truncated</span>}
          {item.reward !== null && <Reward value={item.reward} />}
          {isMeasured && <CallTokens item={item} />}
          {isMeasured && (
            <span className={styles.cost}>
              <CallMoney cost={item.cost} />
            </span>
          )}
          <span className={styles.latency}>
            {item.latencyMs !== null && <Duration milliseconds={item.latencyMs} />}
          </span>
          <button
            type="button"
            className={styles.details}
            aria-expanded={isOpen}
            aria-label={`Details of ${name === '' ? eventNames[item.type] : name}`}
            disabled={!item.hasPayload}
            onClick={onToggle}
          >
            <Chevron size={14} aria-hidden />
            details
          </button>
        </div>
        {item.error !== null && (
          <div className={styles.error} data-error>
            <TextBlock
              content={{ text: item.error, length: item.error.length }}
              label="error"
              needle={needle}
            />
          </div>
        )}
        <ToolCalls calls={item.toolCalls} needle={needle} />
        {isOpen && <EventDetails eventKey={item.eventKey} />}
      </div>
    </div>
  );
}

function CallTokens({ item: { inputTokens, outputTokens } }: { readonly item: EventItem }) {
  if (inputTokens === null && outputTokens === null)
    return <span className={cx(styles.tokens, styles.quiet)}>{unknown}</span>;
  return (
    <span className={styles.tokens}>
      {formatNumber(inputTokens)} → {formatNumber(outputTokens)} <small>tok</small>
    </span>
  );
}

export function Reward({ value }: { readonly value: number }) {
  return (
    <span className={cx(styles.reward, value > 0 && styles.good, value < 0 && styles.bad)}>
      reward {value > 0 ? '+' : ''}
      {formatNumber(value, 3)}
    </span>
  );
}

export function RewardView({ item, needle }: Searched & { readonly item: RewardItem }) {
  return (
    <div className={styles.row}>
      <div className={styles.who}>reward</div>
      <div className={styles.what}>
        <div className={styles.line}>
          <span className={styles.mark} aria-hidden="true">
            ★
          </span>
          <span className={styles.name}>{item.name ?? item.type ?? 'reward'}</span>
          <span className={styles.summary} title={item.annotation ?? undefined}>
            {item.annotation !== null && <MarkedText text={item.annotation} needle={needle} />}
          </span>
          {item.value !== null && <Reward value={item.value} />}
          <span className={styles.latency}>
            <Time iso={item.at} />
          </span>
        </div>
      </div>
    </div>
  );
}
