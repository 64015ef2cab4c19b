/**
 * What a client keeps of a room so that it shows what a client that has just come would show: the algorithm of
 * docs/api.md, without any network in it.
 *
 * The caller applies one thing at a time and waits for it; `RoomSession` sees to that.
 */
import type { MessageFieldsFragment, ReactionFieldsFragment } from '../api/operations';

export type Message = MessageFieldsFragment;
export type Reaction = ReactionFieldsFragment;

/** Any part of what was asked for: AppSync delivers what the sender selected. */
export type Incomplete<Row> = { readonly [Name in keyof Row]?: Row[Name] | null };

export interface MessagePage {
  readonly items: readonly Message[];
  readonly settledSeq: number;
  readonly nextToken: string | null;
}

/** How the view reads what it cannot vouch for. */
export interface RoomReader {
  /** A page of the messages after a number: oldest first, strongly consistent. */
  messagesAfter(seq: number): Promise<MessagePage>;
  message(id: string): Promise<Message>;
  /** The highest number given out. */
  lastSeq(): Promise<number>;
}

/** What every message has; content is missing in a tombstone, and so tells nothing by itself. */
const WHOLE_MESSAGE = ['id', 'seq', 'type', 'createdAt', 'version', 'revision', 'reactions', 'replyCount', 'mentions'] as const;
const WHOLE_REACTION = ['messageId', 'emoji', 'count', 'revision'] as const;

export class RoomView {
  /** Up to here nothing is missing. */
  settled = 0;
  /** The number before the first one that is shown. */
  floor = 0;
  /** How many messages were found by reading that no event had brought: what would have been missed. */
  found = 0;
  /** Called when what is shown has changed. */
  readonly changed = new Set<() => void>();

  readonly #reader: RoomReader;
  readonly #messages = new Map<number, Message>();
  readonly #seqById = new Map<string, number>();
  /** By id, the revision of messages whose reactions arrived before they did. */
  readonly #heard = new Map<string, number>();
  /** Messages that arrived older than what was heard of them. */
  readonly #behind = new Set<string>();
  #hasRead = false;

  constructor(reader: RoomReader) {
    this.#reader = reader;
  }

  /** What is shown, in order; numbers that no message will ever have are not. */
  shown(): Message[] {
    return [...this.#messages.values()].filter(({ type }) => type !== 'VOID').sort((one, other) => one.seq - other.seq);
  }

  has(id: string): boolean {
    return this.#seqById.has(id);
  }

  /**
   * Step 2: the first time the end of the room, later everything that is shown.
   *
   * @param size how many messages the window takes the first time.
   */
  async readWindow(size: number): Promise<void> {
    if (!this.#hasRead) {
      this.floor = Math.max(0, (await this.#reader.lastSeq()) - size);
    }
    await this.#readAgain();
    this.#hasRead = true;
  }

  /** Lets go of all but the newest messages, so that reading the window again stays cheap. */
  trim(size: number): void {
    const seqs = [...this.#messages.keys()].sort((one, other) => other - one);
    const lowest = seqs[size - 1];
    if (lowest !== undefined && lowest - 1 > this.floor) {
      this.floor = lowest - 1;
      seqs.slice(size).forEach((seq) => this.#remove(seq));
      this.#tell();
    }
  }

  /** Step 3: reads what comes after the settled number, to the end of the room. */
  async fill(): Promise<void> {
    const start = this.settled;
    const threads = new Set<string>();
    let after = start;
    let isDense = true;
    for (;;) {
      const page = await this.#reader.messagesAfter(after);
      const news = page.items.filter(({ seq, type }) => !this.#messages.has(seq) && type !== 'VOID');
      news.forEach(({ threadId }) => threadId !== null && threads.add(threadId));
      this.found += this.#hasRead ? news.length : 0;
      page.items.forEach((message) => this.#keep(message));
      this.#forgetExpired(after, page);
      const last = Math.max(page.settledSeq, ...page.items.map(({ seq }) => seq));
      if (isDense) {
        this.settled = Math.max(this.settled, page.settledSeq);
        isDense = page.settledSeq === last;
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
    await this.#catchUp();
    this.#tell();
  }

  /** Step 4: an event of a new, an edited or a deleted message, or the answer of a mutation. */
  async applyMessage(message: Incomplete<Message> | null, isNew: boolean): Promise<void> {
    if (!isWhole<Message>(message, WHOLE_MESSAGE)) {
      await this.#repair(message?.id ?? undefined, isNew);
      return;
    }
    const isFirstHeard = !this.#messages.has(message.seq);
    this.#keep(message);
    this.#advance();
    this.#tell();
    await this.#catchUp();
    if (message.seq > this.settled) {
      await this.fill();
    }
    if ((isNew || isFirstHeard) && message.threadId !== null) {
      await this.#applyThreadRoot(message.threadId, message.threadRoot);
    }
  }

  /** Step 5: a reaction given or taken back. */
  async applyReaction(reaction: Incomplete<Reaction> | null): Promise<void> {
    if (!isWhole<Reaction>(reaction, WHOLE_REACTION)) {
      await this.#repair(reaction?.messageId ?? undefined, false);
      return;
    }
    const known = this.#byId(reaction.messageId);
    if (known === undefined) {
      this.#heard.set(reaction.messageId, Math.max(reaction.revision, this.#heard.get(reaction.messageId) ?? 0));
      return;
    }
    if (reaction.revision <= known.revision) {
      return;
    }
    if (reaction.revision > known.revision + 1 || reaction.count === countOf(known.reactions, reaction.emoji)) {
      // Something was missed; in the second case by a reaction that changed nothing, because it was there already.
      await this.#read(known.id);
      return;
    }
    this.#keep({ ...known, reactions: withCount(known.reactions, reaction), revision: reaction.revision });
    this.#tell();
  }

  /** Step 7: the heartbeat tells how far the room is. */
  async learnHead(headSeq: number): Promise<void> {
    if (headSeq > this.settled) {
      await this.fill();
    }
  }

  /** Takes over older messages that the user has scrolled to; they have to end right before what is shown. */
  async prepend(messages: readonly Message[], floor: number): Promise<void> {
    this.floor = Math.min(this.floor, floor);
    messages.forEach((message) => this.#keep(message));
    this.#tell();
    await this.#catchUp();
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
      this.#keep({ ...known, revision, replyCount, lastReplySeq, lastReplyAt });
      this.#tell();
    }
  }

  /** Step 6: finds out what an incomplete event was about. */
  async #repair(id: string | undefined, isNew: boolean): Promise<void> {
    if (isNew) {
      await this.fill();
    } else if (id !== undefined && this.has(id)) {
      await this.#read(id);
    } else {
      await this.#readAgain();
    }
  }

  /** Reads all that is shown: edits, deletions and reactions leave no gap in the numbers. */
  async #readAgain(): Promise<void> {
    this.settled = this.floor;
    this.#heard.clear();
    await this.fill();
  }

  /** Reads the messages of which a later reaction was heard before they came. */
  async #catchUp(): Promise<void> {
    for (const id of this.#behind) {
      this.#behind.delete(id);
      await this.#read(id);
    }
  }

  async #read(id: string): Promise<void> {
    this.#keep(await this.#reader.message(id));
    this.#tell();
  }

  #keep(message: Message): void {
    const known = this.#messages.get(message.seq);
    if (message.seq > this.floor && (known === undefined || message.revision >= known.revision)) {
      this.#messages.set(message.seq, { ...message, threadRoot: null });
      this.#seqById.set(message.id, message.seq);
      if ((this.#heard.get(message.id) ?? 0) > message.revision) {
        this.#behind.add(message.id);
      }
      this.#heard.delete(message.id);
    }
  }

  #advance(): void {
    while (this.#messages.has(this.settled + 1)) {
      this.settled += 1;
    }
  }

  /** Lets go of what the page is complete about and does not have. */
  #forgetExpired(after: number, page: MessagePage): void {
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

  #tell(): void {
    this.changed.forEach((listener) => listener());
  }
}

function isWhole<Row>(row: Incomplete<Row> | null, names: readonly (keyof Row)[]): row is Row {
  return row !== null && names.every((name) => row[name] !== null && row[name] !== undefined);
}

function countOf(reactions: Message['reactions'], emoji: string): number {
  return reactions.find((reaction) => reaction.emoji === emoji)?.count ?? 0;
}

/** The counts with one replaced, in the order in which the API has them: by UTF-16 code units. */
function withCount(reactions: Message['reactions'], { emoji, count }: Reaction): Message['reactions'] {
  const others = reactions.filter((reaction) => reaction.emoji !== emoji);
  const all = count > 0 ? [...others, { emoji, count }] : others;
  return all.sort((one, other) => (one.emoji < other.emoji ? -1 : 1));
}
