/** Users who reacted to messages: read on demand, because messages contain counts only. */
import { signal } from '@preact/signals';
import { pageSizeMaximum } from '../../../contract/limits.json';
import type { ApiClient } from '../api/client';
import { ReactionsByMessage } from '../api/operations';
import { allPages } from '../api/pages';
import type { Incomplete, Message, Reaction } from '../sync/room-view';

interface LoadedReactions {
  readonly revision: number;
  readonly reactions: readonly Reaction[];
}

export class Reactors {
  readonly #loaded = signal<ReadonlyMap<string, LoadedReactions>>(new Map());
  readonly #mine = signal<ReadonlySet<string>>(new Set());
  readonly #api: ApiClient;
  readonly #myId: string;

  constructor(api: ApiClient, myId: string) {
    this.#api = api;
    this.#myId = myId;
  }

  /** Returns the users of an emoji that have been read so far. */
  names(messageId: string, emoji: string): string[] {
    const { reactions = [] } = this.#loaded.value.get(messageId) ?? {};
    return reactions.filter((reaction) => reaction.emoji === emoji).map(({ displayName }) => displayName ?? 'A former member');
  }

  isMine(messageId: string, emoji: string): boolean {
    return this.#mine.value.has(key(messageId, emoji));
  }

  /** Reads the reactions of a message, unless nothing has changed since. */
  async load({ id, revision }: Message): Promise<void> {
    if (this.#loaded.value.get(id)?.revision === revision) {
      return;
    }
    const reactions = await allPages((nextToken) => this.#api.request(ReactionsByMessage, { messageId: id, limit: pageSizeMaximum, nextToken }));
    this.#loaded.value = new Map(this.#loaded.value).set(id, { revision, reactions });
    reactions.filter(({ userId }) => userId === this.#myId).forEach(({ emoji }) => this.#setMine(id, emoji, true));
  }

  apply(reaction: Incomplete<Reaction> | null | undefined, isAdded: boolean): void {
    if (reaction?.userId === this.#myId && reaction.messageId && reaction.emoji) {
      this.#setMine(reaction.messageId, reaction.emoji, isAdded);
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
