import { z } from 'zod';
import type { DocumentFile, DocumentRows } from '../documents';
import { Conversation, type ConversationPlace, type ConversationState } from './conversation';
import { type PidginEvent, textIn } from './event';
import { describeOffset } from './local-time';
import type { FoundManifest } from './manifest';

/** Conversations that are held at a time; beyond, those that ended are done with. A file of Pidgin's own has one. */
const MOST_OPEN = 64;
/** From this size on a conversation is in the list before its file is read to its end. */
const LONG_FILE_BYTES = 2_000_000;

/** What a file's conversations came to, when it is gone on with. */
export interface ConversationsState {
  readonly ordinals: readonly (readonly [string, number])[];
  readonly open: readonly (readonly [string, ConversationState])[];
  /** What was said of times so far: said again with what comes. */
  readonly offsets: readonly (readonly [number, number])[];
  readonly unzoned: number;
  readonly unplaced: number;
}

/** Ours, from the mirror's own file: its shape is looked at no further than that it is of this version. */
const keptState = z.object({
  version: z.literal(1),
  offset: z.number(),
  line: z.number(),
  conversations: z.custom<ConversationsState>((value) => typeof value === 'object' && value !== null),
});
export type KeptState = z.infer<typeof keptState>;

export function keptStateOf(value: unknown): KeptState | undefined {
  const parsed = keptState.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

export interface ConversationsOptions {
  readonly file: DocumentFile;
  readonly rows: DocumentRows;
  readonly manifest: FoundManifest | undefined;
  /** The name for a conversation whose events do not say one. */
  readonly name: string;
}

/** The conversations of one events file, told apart by their ids. */
export class Conversations {
  private readonly open = new Map<string, Conversation>();
  private readonly ordinals: Map<string, number>;
  private readonly offsets: Map<number, number>;
  private unzoned: number;
  private unplaced: number;
  private last: string;

  constructor(
    private readonly options: ConversationsOptions,
    state?: ConversationsState,
  ) {
    this.last = options.name;
    this.ordinals = new Map(state?.ordinals ?? []);
    this.offsets = new Map(state?.offsets ?? []);
    this.unzoned = state?.unzoned ?? 0;
    this.unplaced = state?.unplaced ?? 0;
    for (const [id, kept] of state?.open ?? [])
      this.open.set(id, new Conversation(this.placeOf(id), options.rows, kept));
  }

  get state(): ConversationsState {
    return {
      ordinals: [...this.ordinals],
      open: [...this.open].map(([id, conversation]) => [id, conversation.state]),
      offsets: [...this.allOffsets()],
      unzoned: this.unzoned,
      unplaced: [...this.open.values()].reduce(
        (sum, { unplacedTimes }) => sum + unplacedTimes,
        this.unplaced,
      ),
    };
  }

  add(event: PidginEvent, line: number): void {
    const { rows, file } = this.options;
    const id = textIn(event.fields, 'conversation_id') ?? this.last;
    this.last = id;
    const conversation = this.find(id);
    if (!event.isZoned) this.unzoned += 1;
    if (!conversation.add(event, line)) {
      rows.skip(line, 'The event is the same as one before it.');
      return;
    }
    rows.read();
    const isLong = file.size >= LONG_FILE_BYTES;
    if (isLong && event.type === 'ConversationStartEvent') conversation.addSession();
  }

  finish(): void {
    for (const [, conversation] of this.open) this.close(conversation);
    const { rows } = this.options;
    for (const [minutes, messages] of this.offsets) {
      rows.warn(
        `Messages carry local times without a zone; they were ${describeOffset(minutes)} and are corrected.`,
        'message.timestamp',
        messages,
      );
    }
    if (this.unplaced > 0)
      rows.warn(
        'Messages carry local times that fit no time zone; the time of their event is used.',
        'message.timestamp',
        this.unplaced,
      );
    if (this.unzoned > 0)
      rows.warn('Times of events name no zone: they are taken as UTC.', 'timestamp', this.unzoned);
  }

  private allOffsets(): Map<number, number> {
    const all = new Map(this.offsets);
    for (const { offsets } of this.open.values())
      for (const [minutes, messages] of offsets) all.set(minutes, (all.get(minutes) ?? 0) + messages);
    return all;
  }

  private find(id: string): Conversation {
    const known = this.open.get(id);
    if (known !== undefined) return known;
    if (this.open.size >= MOST_OPEN) this.makeRoom();
    const conversation = new Conversation(this.placeOf(id), this.options.rows);
    this.open.set(id, conversation);
    return conversation;
  }

  /** The oldest that has ended goes, or the oldest. */
  private makeRoom(): void {
    const [first] = this.open;
    const found = [...this.open].find(([, conversation]) => conversation.hasEnded) ?? first;
    if (found === undefined) return;
    this.open.delete(found[0]);
    this.close(found[1]);
  }

  private close(conversation: Conversation): void {
    conversation.finish();
    for (const [minutes, messages] of conversation.offsets)
      this.offsets.set(minutes, (this.offsets.get(minutes) ?? 0) + messages);
    this.unplaced += conversation.unplacedTimes;
  }

  private placeOf(id: string): ConversationPlace {
    const { file, rows, manifest } = this.options;
    const known = this.ordinals.get(id);
    const ordinal = known ?? this.ordinals.size;
    this.ordinals.set(id, ordinal);
    return {
      sessionId: rows.claim(id),
      ordinal,
      name: id,
      manifest: manifest?.manifest,
      isLate: known !== undefined,
      isFresh: file.isFresh,
    };
  }
}
