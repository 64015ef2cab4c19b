/** Users who reacted to messages: read on demand, because messages contain counts only. */
import { signal } from '@preact/signals';
import { pageSizeMaximum } from '../../../contract/limits.json';
import type { ApiClient } from '../api/client';
import { ReactionsByMessage } from '../api/operations';
import { allPages } from '../api/pages';
import type { Incomplete, Message, Reaction } from '../sync/room-view';

interface Known {
  readonly revision: number;
  readonly reactions: readonly Reaction[];
}

export class Reactors {
  readonly #known = signal<ReadonlyMap<string, Known>>(new Map());
  readonly #mine = signal<ReadonlySet<string>>(new Set());
  readonly #api: ApiClient;
  readonly #myId: string;

  constructor(api: ApiClient, myId: string) {
    this.#api = api;
    this.#myId = myId;
  }

  /** Returns the users of an emoji that have been read so far. */
  names(messageId: string, emoji: string): string[] {
    const { reactions = [] } = this.#known.value.get(messageId) ?? {};
    return reactions.filter((reaction) => reaction.emoji === emoji).map(({ displayName }) => displayName ?? 'Somebody who left');
  }

  isMine(messageId: string, emoji: string): boolean {
    return this.#mine.value.has(key(messageId, emoji));
  }

  /** Reads the reactions of a message, unless nothing has changed since. */
  async read({ id, revision }: Message): Promise<void> {
    if (this.#known.value.get(id)?.revision === revision) {
      return;
    }
    const reactions = await allPages((nextToken) => this.#api.ask(ReactionsByMessage, { messageId: id, limit: pageSizeMaximum, nextToken }));
    this.#known.value = new Map(this.#known.value).set(id, { revision, reactions });
    reactions.filter(({ userId }) => userId === this.#myId).forEach(({ emoji }) => this.#setMine(id, emoji, true));
  }

  heard(reaction: Incomplete<Reaction> | null | undefined, isGiven: boolean): void {
    if (reaction?.userId === this.#myId && reaction.messageId && reaction.emoji) {
      this.#setMine(reaction.messageId, reaction.emoji, isGiven);
    }
  }

  #setMine(messageId: string, emoji: string, isMine: boolean): void {
    const mine = new Set(this.#mine.value);
    mine[isMine ? 'add' : 'delete'](key(messageId, emoji));
    this.#mine.value = mine;
  }
}

function key(messageId: string, emoji: string): string {
  return `${messageId} ${emoji}`;
}
