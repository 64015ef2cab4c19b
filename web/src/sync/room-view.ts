/**
 * The client's view of a room, which converges to the view of a new client: the algorithm of docs/api.md, without
 * network access.
 *
 * The caller applies one change at a time and waits for it, as `RoomSession` does.
 */
import type { MessageFieldsFragment, ReactionFieldsFragment } from '../api/operations';

export type Message = MessageFieldsFragment;
export type Reaction = ReactionFieldsFragment;

/** Any part of the type: AppSync delivers only the fields that the sender selected. */
export type Incomplete<Row> = { readonly [Name in keyof Row]?: Row[Name] | null };

export interface MessagePage {
  readonly items: readonly Message[];
  readonly settledSeq: number;
  readonly nextToken: string | null;
}

/** Reads data for the view. */
export interface RoomReader {
  /** Returns a page of messages after a number: oldest first, strongly consistent. */
  messagesAfter(seq: number): Promise<MessagePage>;
  message(id: string): Promise<Message>;
  /** Returns the highest assigned number. */
  lastSeq(): Promise<number>;
}

/** Fields of every message. Tombstones have no content, so it is not required. */
const MESSAGE_FIELDS = ['id', 'seq', 'type', 'createdAt', 'version', 'revision', 'reactions', 'replyCount', 'mentions'] as const;
const REACTION_FIELDS = ['messageId', 'emoji', 'count', 'revision'] as const;

export class RoomView {
  /** Up to this number no message is missing. */
  settled = 0;
  /** The number before the first displayed message. */
  floor = 0;
  /** Number of messages found by reading, without an event: those that were missed. */
  found = 0;
  /** Called after a change of the displayed messages. */
  readonly changed = new Set<() => void>();

  readonly #reader: RoomReader;
  readonly #messages = new Map<number, Message>();
  readonly #seqById = new Map<string, number>();
  /** By message id, the revision of reactions that arrived before the message. */
  readonly #reactionRevisions = new Map<string, number>();
  /** Messages that arrived with an older revision than their reactions. */
  readonly #outdated = new Set<string>();
  #hasRead = false;

  constructor(reader: RoomReader) {
    this.#reader = reader;
  }

  /** Returns the messages to display, in order, without unused numbers. */
  shown(): Message[] {
    return [...this.#messages.values()].filter(({ type }) => type !== 'VOID').sort((a, b) => a.seq - b.seq);
  }

  has(id: string): boolean {
    return this.#seqById.has(id);
  }

  /**
   * Step 2: reads the end of the room the first time, and all displayed messages later.
   *
   * @param size number of messages to read the first time.
   */
  async readWindow(size: number): Promise<void> {
    if (!this.#hasRead) {
      this.floor = Math.max(0, (await this.#reader.lastSeq()) - size);
    }
    await this.#readAgain();
    this.#hasRead = true;
  }

  /** Drops all but the newest messages, so that reading the window again remains cheap. */
  trim(size: number): void {
    const seqs = [...this.#messages.keys()].sort((a, b) => b - a);
    const lowest = seqs[size - 1];
    if (lowest !== undefined && lowest - 1 > this.floor) {
      this.floor = lowest - 1;
      seqs.slice(size).forEach((seq) => this.#remove(seq));
      this.#notify();
    }
  }

  /** Step 3: reads the messages after `settled`, up to the end of the room. */
  async fill(): Promise<void> {
    const start = this.settled;
    const threads = new Set<string>();
    let after = start;
    let isContiguous = true;
    for (;;) {
      const page = await this.#reader.messagesAfter(after);
      const newMessages = page.items.filter(({ seq, type }) => !this.#messages.has(seq) && type !== 'VOID');
      newMessages.forEach(({ threadId }) => threadId !== null && threads.add(threadId));
      this.found += this.#hasRead ? newMessages.length : 0;
      page.items.forEach((message) => this.#store(message));
      this.#removeExpired(after, page);
      const last = Math.max(page.settledSeq, ...page.items.map(({ seq }) => seq));
      if (isContiguous) {
        this.settled = Math.max(this.settled, page.settledSeq);
        isContiguous = page.settledSeq === last;
      }
      if (page.nextToken === null) {
        break;
      }
      after = last;
    }
    this.#advance();
    for (const thread of [...threads].sort()) {
      const root = this.#byId(thread);
      if (root !== undefined && root.seq <= start) {
        await this.#read(root.id);
      }
    }
    await this.#readOutdated();
    this.#notify();
  }

  /** Step 4: applies an event of a new, an edited or a deleted message, or the response of a mutation. */
  async applyMessage(message: Incomplete<Message> | null, isNew: boolean): Promise<void> {
    if (!isComplete<Message>(message, MESSAGE_FIELDS)) {
      await this.#repair(message?.id ?? undefined, isNew);
      return;
    }
    const isUnknown = !this.#messages.has(message.seq);
    this.#store(message);
    this.#advance();
    this.#notify();
    await this.#readOutdated();
    if (message.seq > this.settled) {
      await this.fill();
    }
    if ((isNew || isUnknown) && message.threadId !== null) {
      await this.#applyThreadRoot(message.threadId, message.threadRoot);
    }
  }

  /** Step 5: applies an added or removed reaction. */
  async applyReaction(reaction: Incomplete<Reaction> | null): Promise<void> {
    if (!isComplete<Reaction>(reaction, REACTION_FIELDS)) {
      await this.#repair(reaction?.messageId ?? undefined, false);
      return;
    }
    const known = this.#byId(reaction.messageId);
    if (known === undefined) {
      this.#reactionRevisions.set(reaction.messageId, Math.max(reaction.revision, this.#reactionRevisions.get(reaction.messageId) ?? 0));
      return;
    }
    if (reaction.revision <= known.revision) {
      return;
    }
    if (reaction.revision > known.revision + 1 || reaction.count === reactionCount(known.reactions, reaction.emoji)) {
      // An event was missed; in the second case, a repeated reaction, which changed nothing, reveals it.
      await this.#read(known.id);
      return;
    }
    this.#store({ ...known, reactions: withCount(known.reactions, reaction), revision: reaction.revision });
    this.#notify();
  }

  /** Step 7: applies the highest sequence number from a heartbeat. */
  async applyHeadSeq(headSeq: number): Promise<void> {
    if (headSeq > this.settled) {
      await this.fill();
    }
  }

  /** Adds older messages after scrolling; they must end right before the displayed messages. */
  async prepend(messages: readonly Message[], floor: number): Promise<void> {
    this.floor = Math.min(this.floor, floor);
    messages.forEach((message) => this.#store(message));
    this.#notify();
    await this.#readOutdated();
  }

  async #applyThreadRoot(id: string, root: Message['threadRoot'] | undefined): Promise<void> {
    const known = this.#byId(id);
    if (known === undefined) {
      return;
    }
    if (root === null || root === undefined || root.revision > known.revision + 1) {
      await this.#read(known.id);
    } else if (root.revision > known.revision) {
      const { revision, replyCount, lastReplySeq, lastReplyAt } = root;
      this.#store({ ...known, revision, replyCount, lastReplySeq, lastReplyAt });
      this.#notify();
    }
  }

  /** Step 6: reads the data of an incomplete event. */
  async #repair(id: string | undefined, isNew: boolean): Promise<void> {
    if (isNew) {
      await this.fill();
    } else if (id !== undefined && this.has(id)) {
      await this.#read(id);
    } else {
      await this.#readAgain();
    }
  }

  /** Reads all displayed messages: missed edits, deletions and reactions leave no gap in the numbers. */
  async #readAgain(): Promise<void> {
    this.settled = this.floor;
    this.#reactionRevisions.clear();
    await this.fill();
  }

  /** Reads messages that arrived with an older revision than their reactions. */
  async #readOutdated(): Promise<void> {
    for (const id of this.#outdated) {
      this.#outdated.delete(id);
      await this.#read(id);
    }
  }

  async #read(id: string): Promise<void> {
    this.#store(await this.#reader.message(id));
    this.#notify();
  }

  #store(message: Message): void {
    const known = this.#messages.get(message.seq);
    if (message.seq > this.floor && (known === undefined || message.revision >= known.revision)) {
      this.#messages.set(message.seq, { ...message, threadRoot: null });
      this.#seqById.set(message.id, message.seq);
      if ((this.#reactionRevisions.get(message.id) ?? 0) > message.revision) {
        this.#outdated.add(message.id);
      }
      this.#reactionRevisions.delete(message.id);
    }
  }

  #advance(): void {
    while (this.#messages.has(this.settled + 1)) {
      this.settled += 1;
    }
  }

  /** Removes messages that a complete page does not contain. */
  #removeExpired(after: number, page: MessagePage): void {
    const present = new Set(page.items.map(({ seq }) => seq));
    for (let seq = after + 1; seq <= page.settledSeq; seq += 1) {
      if (!present.has(seq)) {
        this.#remove(seq);
      }
    }
  }

  #remove(seq: number): void {
    const message = this.#messages.get(seq);
    if (message !== undefined) {
      this.#messages.delete(seq);
      this.#seqById.delete(message.id);
    }
  }

  #byId(id: string): Message | undefined {
    const seq = this.#seqById.get(id);
    return seq === undefined ? undefined : this.#messages.get(seq);
  }

  #notify(): void {
    this.changed.forEach((listener) => listener());
  }
}

function isComplete<Row>(row: Incomplete<Row> | null, names: readonly (keyof Row)[]): row is Row {
  return row !== null && names.every((name) => row[name] !== null && row[name] !== undefined);
}

function reactionCount(reactions: Message['reactions'], emoji: string): number {
  return reactions.find((reaction) => reaction.emoji === emoji)?.count ?? 0;
}

/** Returns the counts with one replaced, in the order of the API: by UTF-16 code units. */
function withCount(reactions: Message['reactions'], { emoji, count }: Reaction): Message['reactions'] {
  const others = reactions.filter((reaction) => reaction.emoji !== emoji);
  const all = count > 0 ? [...others, { emoji, count }] : others;
  return all.sort((a, b) => (a.emoji < b.emoji ? -1 : 1));
}
