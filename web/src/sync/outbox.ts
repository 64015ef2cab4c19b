/**
 * Unacknowledged messages: displayed at once, sent in order, and repeated with the same `clientMessageId` until there
 * is a response, so that the room contains each of them once.
 */
import { NoResponseError, errorMessage, isRetryable } from '../api/errors';
import type { CreateMessageInput } from '../api/operations';
import type { Message } from './room-view';

export type Draft = CreateMessageInput & { readonly clientMessageId: string };

export interface PendingMessage {
  readonly draft: Draft;
  readonly createdAt: string;
  /** Why it was not sent, for the user; `undefined` while it is being sent. */
  readonly error: string | undefined;
}

/** Stores pending messages across reloads of the page. */
export interface PendingStorage {
  load(): PendingMessage[];
  save(pending: readonly PendingMessage[]): void;
}

export interface OutboxOptions {
  readonly send: (draft: Draft) => Promise<Message>;
  readonly sent: (message: Message) => void;
  readonly changed: (pending: readonly PendingMessage[]) => void;
  /** The backend has rejected a message: the client's state of the room may be out of date. */
  readonly rejected: () => void;
  readonly storage: PendingStorage;
  /** Delays before attempt 2, 3, ...; shorter in tests. */
  readonly delays?: readonly number[];
}

const DELAYS_MILLISECONDS = [500, 1_500, 4_000, 8_000];

export class Outbox {
  readonly #options: OutboxOptions;
  #pending: readonly PendingMessage[];
  #tail: Promise<void> = Promise.resolve();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#pending = options.storage.load().map((pending) => ({ ...pending, error: undefined }));
    options.changed(this.#pending);
    this.#pending.forEach(({ draft }) => this.#queue(draft));
  }

  add(draft: Draft): void {
    this.#set([...this.#pending, { draft, createdAt: new Date().toISOString(), error: undefined }]);
    this.#queue(draft);
  }

  /** Retries failed messages: the user requested it, or the connection is restored. */
  retry(clientMessageId?: string): void {
    this.#pending
      .filter(({ draft, error }) => error !== undefined && (clientMessageId ?? draft.clientMessageId) === draft.clientMessageId)
      .forEach(({ draft }) => {
        this.#setError(draft.clientMessageId, undefined);
        this.#queue(draft);
      });
  }

  discard(clientMessageId: string): void {
    this.#set(this.#pending.filter(({ draft }) => draft.clientMessageId !== clientMessageId));
  }

  #queue(draft: Draft): void {
    this.#tail = this.#tail.then(() => this.#deliver(draft));
  }

  async #deliver(draft: Draft): Promise<void> {
    const delays = this.#options.delays ?? DELAYS_MILLISECONDS;
    for (let attempt = 0; this.#isPending(draft); attempt += 1) {
      try {
        const message = await this.#options.send(draft);
        this.discard(draft.clientMessageId);
        this.#options.sent(message);
        return;
      } catch (error) {
        const delay = delays[attempt];
        const remaining = delays.slice(attempt).reduce((sum, value) => sum + value, 0);
        if (delay === undefined || !isRetryable(error, remaining)) {
          this.#setError(draft.clientMessageId, errorMessage(error));
          if (!(error instanceof NoResponseError)) {
            this.#options.rejected();
          }
          return;
        }
        await new Promise((resolve) => {
          setTimeout(resolve, delay);
        });
      }
    }
  }

  #isPending(draft: Draft): boolean {
    return this.#pending.some((pending) => pending.draft.clientMessageId === draft.clientMessageId);
  }

  #setError(clientMessageId: string, error: string | undefined): void {
    this.#set(
      this.#pending.map((pending) => (pending.draft.clientMessageId === clientMessageId ? { ...pending, error } : pending)),
    );
  }

  #set(pending: readonly PendingMessage[]): void {
    this.#pending = pending;
    this.#options.storage.save(pending);
    this.#options.changed(pending);
  }
}

/** Stores pending messages in the browser for one day, during which the backend recognizes repeated messages. */
export function browserStorage(key: string): PendingStorage {
  return {
    load: () => {
      const text = localStorage.getItem(key);
      const pending = text === null ? [] : (JSON.parse(text) as PendingMessage[]);
      const day = Date.now() - 23 * 3_600_000;
      return pending.filter(({ createdAt }) => Date.parse(createdAt) > day);
    },
    save: (pending) => {
      if (pending.length > 0) {
        localStorage.setItem(key, JSON.stringify(pending));
      } else {
        localStorage.removeItem(key);
      }
    },
  };
}
