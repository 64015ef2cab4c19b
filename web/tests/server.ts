/** An in-memory room for tests: sequence numbers, revisions, and pages with `settledSeq`. */
import { Message as contract } from '../../contract/fields.json';
import type { Message, MessagePage, Reaction, RoomReader } from '../src/sync/room-view';

const PAGE = 40;

export class Server implements RoomReader {
  readonly reads = { pages: 0, messages: 0 };
  readonly #rows = new Map<number, Message>();
  readonly #expired = new Set<number>();
  #head = 0;

  get messages(): Message[] {
    return [...this.#rows.values()].filter(({ type }) => type !== 'VOID').sort((a, b) => a.seq - b.seq);
  }

  /** Sends messages; returns the last one. */
  send(count: number, change: Partial<Message> = {}): Message {
    for (let number = 0; number < count; number += 1) {
      this.#head += 1;
      this.#rows.set(this.#head, { ...message(this.#head), ...change });
    }
    return this.#row(this.#head);
  }

  /** Assigns a number to a message that is never stored. */
  reserve(): void {
    this.#head += 1;
  }

  /** Closes an unused number with a VOID item. */
  close(seq: number): void {
    this.#rows.set(seq, { ...message(seq), type: 'VOID', content: null });
  }

  expire(seq: number): void {
    this.#rows.delete(seq);
    this.#expired.add(seq);
  }

  edit(seq: number): Message {
    return this.#change(seq, ({ version, revision }) => ({
      content: `Edited ${revision}`,
      version: version + 1,
      revision: revision + 1,
    }));
  }

  react(seq: number, emoji: string): Reaction {
    const count = (this.#row(seq).reactions.find((reaction) => reaction.emoji === emoji)?.count ?? 0) + 1;
    const changed = this.#change(seq, ({ reactions, revision }) => ({
      reactions: [...reactions.filter((reaction) => reaction.emoji !== emoji), { emoji, count }].sort((a, b) =>
        a.emoji < b.emoji ? -1 : 1,
      ),
      revision: revision + 1,
    }));
    return reactionOf(changed, emoji, count);
  }

  /** Adds an existing reaction, or removes a missing one: nothing changes, but an event is sent. */
  reactAgain(seq: number, emoji: string): Reaction {
    const row = this.#row(seq);
    const count = row.reactions.find((reaction) => reaction.emoji === emoji)?.count ?? 0;
    return reactionOf(row, emoji, count);
  }

  /** Replaces the message by a tombstone. */
  delete(seq: number): Message {
    return this.#change(seq, ({ createdAt, authorId, revision }) => ({
      ...defaults(({ erased }) => erased),
      deletedAt: createdAt,
      deletedBy: authorId,
      revision: revision + 1,
    }));
  }

  /** Replies to a message; the reply contains the new state of the root. */
  reply(seq: number): Message {
    const parent = this.#row(seq);
    const rootSeq = parent.threadId === null ? seq : Number(parent.threadId.split(':')[1]);
    const reply = this.send(1, { replyToId: parent.id, threadId: this.#row(rootSeq).id });
    const root = this.#change(rootSeq, ({ replyCount, revision }) => ({
      replyCount: replyCount + 1,
      lastReplySeq: reply.seq,
      lastReplyAt: reply.createdAt,
      revision: revision + 1,
    }));
    const { id, revision, replyCount, lastReplySeq, lastReplyAt } = root;
    return { ...reply, threadRoot: { id, seq: rootSeq, revision, replyCount, lastReplySeq, lastReplyAt } };
  }

  messagesAfter(seq: number): Promise<MessagePage> {
    this.reads.pages += 1;
    const after = [...this.#rows.values()].filter((row) => row.seq > seq).sort((a, b) => a.seq - b.seq);
    const items = after.slice(0, PAGE);
    const end = after.length > PAGE ? (items.at(-1)?.seq ?? seq) : this.#head;
    let settledSeq = seq;
    while (settledSeq < end && (this.#rows.has(settledSeq + 1) || this.#expired.has(settledSeq + 1))) {
      settledSeq += 1;
    }
    return Promise.resolve({ items, settledSeq, nextToken: after.length > PAGE ? 'more' : null });
  }

  message(id: string): Promise<Message> {
    this.reads.messages += 1;
    return Promise.resolve(this.#row(Number(id.split(':')[1])));
  }

  lastSeq(): Promise<number> {
    return Promise.resolve(this.#head);
  }

  #change(seq: number, change: (row: Message) => Partial<Message>): Message {
    const row = this.#row(seq);
    const changed = { ...row, ...change(row) };
    this.#rows.set(seq, changed);
    return changed;
  }

  #row(seq: number): Message {
    const row = this.#rows.get(seq);
    if (row === undefined) {
      throw new Error(`There is no message ${seq}.`);
    }
    return row;
  }
}

function reactionOf({ id, chatRoomId, revision }: Message, emoji: string, count: number): Reaction {
  return { messageId: id, chatRoomId, emoji, userId: 'bob', displayName: 'Bob', createdAt: null, count, revision };
}

function message(seq: number): Message {
  return {
    ...defaults(() => true),
    id: `room:${seq}`,
    chatRoomId: 'room',
    seq,
    type: 'TEXT',
    content: `Message ${seq}`,
    authorId: 'alice',
    authorName: 'Alice',
    clientMessageId: `client-${seq}`,
    createdAt: new Date(1_700_000_000_000 + seq * 1000).toISOString(),
    revision: 1,
  } as Message;
}

/** Returns the values of missing fields of a message, as the API returns them. */
function defaults(matches: (field: { erased: boolean }) => boolean): Partial<Message> {
  const fields = Object.entries(contract.fields).filter(([, field]) => field.public && matches(field));
  return { ...Object.fromEntries(fields.map(([name, field]) => [name, 'absent' in field ? field.absent : null])), reactions: [] };
}
