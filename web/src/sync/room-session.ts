/**
 * The live session of an open room: subscribes first, then reads, after every connect and at intervals; applies changes
 * one at a time (docs/api.md, steps 1, 2, 7 and 8).
 */
import { isAccessDenied, isRetryable } from '../api/errors';
import {
  OnMessageCreated,
  OnMessageDeleted,
  OnMessageUpdated,
  OnReactionAdded,
  OnReactionRemoved,
} from '../api/operations';
import type { SubscriptionText } from '../api/operations';
import type { ConnectionState, EndReason, Realtime, Subscription } from '../api/realtime';
import type { Incomplete, Message, Reaction, RoomView } from './room-view';

export interface SessionListener {
  /** After a reconnect: the number of recovered messages. */
  recovered(count: number): void;
  /** The user has lost access: the room must be closed. */
  accessLost(): void;
  /** Reading failed permanently; `undefined` when it succeeds again. */
  failed(error: unknown): void;
}

/** Further subscriptions of the room, whose events are not part of its history. */
export type FurtherSubscriptions = (subscribe: Subscribe) => Subscription[];
export type Subscribe = <Variables, Result>(
  text: SubscriptionText<Variables, Result>,
  variables: Variables,
  next: (data: Result | null) => void,
) => Subscription;

const WINDOW_MESSAGES = 100;
const KEPT_MESSAGES = 400;
const REFRESH_MILLISECONDS = 5 * 60_000;
const MAX_JITTER_MILLISECONDS = 400;
const RETRY_MILLISECONDS = 2_000;

export class RoomSession {
  readonly #realtime: Realtime;
  readonly #roomId: string;
  readonly #view: RoomView;
  readonly #listener: SessionListener;
  readonly #subscribeFurther: FurtherSubscriptions;
  #subscriptions: Subscription[] = [];
  #tail: Promise<void> = Promise.resolve();
  #isClosed = false;
  #hasConnected = false;
  #isOnline = false;
  #foundBeforeDisconnect = 0;
  #isCheckingAccess = false;
  /** Number of the connection; queued tasks of earlier connections are skipped. */
  #connection = 0;
  readonly #refreshTimer = setInterval(() => this.refresh(), REFRESH_MILLISECONDS);

  constructor(realtime: Realtime, roomId: string, view: RoomView, listener: SessionListener, subscribeFurther: FurtherSubscriptions) {
    this.#realtime = realtime;
    this.#roomId = roomId;
    this.#view = view;
    this.#listener = listener;
    this.#subscribeFurther = subscribeFurther;
    realtime.connected.add(this.#onConnected);
    realtime.stateChanged.add(this.#onStateChanged);
    if (realtime.state === 'online') {
      this.#isOnline = true;
      this.#onConnected();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#connection += 1;
    clearInterval(this.#refreshTimer);
    this.#realtime.connected.delete(this.#onConnected);
    this.#realtime.stateChanged.delete(this.#onStateChanged);
    this.#subscriptions.forEach((subscription) => subscription.close());
    this.#subscriptions = [];
  }

  /** Step 2 without a reconnect: the only way to detect edits whose events were lost. */
  refresh(): void {
    this.#enqueue(async () => {
      const before = this.#view.found;
      await this.#view.readWindow(WINDOW_MESSAGES);
      if (this.#view.found > before) {
        this.#listener.recovered(this.#view.found - before);
      }
    });
  }

  applyHeadSeq(headSeq: number): void {
    this.#enqueue(() => this.#view.applyHeadSeq(headSeq));
  }

  /** Applies the response of a mutation without waiting for its event. */
  apply(message: Message, isNew: boolean): void {
    this.#enqueue(() => this.#view.applyMessage(message, isNew));
  }

  applyReaction(reaction: Reaction): void {
    this.#enqueue(() => this.#view.applyReaction(reaction));
  }

  /** Counts recovered messages from the disconnect on: an own message may recover some before the reconnect. */
  #onStateChanged = (state: ConnectionState): void => {
    if (this.#isOnline && state !== 'online') {
      this.#foundBeforeDisconnect = this.#view.found;
    }
    this.#isOnline = state === 'online';
  };

  #onConnected = (): void => {
    this.#subscriptions.forEach((subscription) => subscription.close());
    this.#connection += 1;
    const connection = this.#connection;
    // Events that arrive before the end of the read wait in the queue.
    const started = Promise.all(this.#subscribe().map((subscription) => subscription.started));
    started.catch(() => undefined);
    this.#enqueue(async () => {
      if (connection === this.#connection) {
        await this.#readAfterStart(started);
      }
    });
  };

  async #readAfterStart(started: Promise<unknown>): Promise<void> {
    try {
      await started;
    } catch {
      return; // the connection was lost, or `ended` was called
    }
    if (this.#hasConnected) {
      await delay(Math.random() * MAX_JITTER_MILLISECONDS);
      this.#view.trim(KEPT_MESSAGES);
    }
    await this.#view.readWindow(WINDOW_MESSAGES);
    if (this.#hasConnected) {
      this.#listener.recovered(this.#view.found - this.#foundBeforeDisconnect);
    }
    this.#hasConnected = true;
  }

  #subscribe(): Subscription[] {
    const variables = { chatRoomId: this.#roomId };
    const message = (isNew: boolean) => (data: Incomplete<Message> | null | undefined) =>
      this.#enqueue(() => this.#view.applyMessage(data ?? null, isNew));
    const reaction = (data: Incomplete<Reaction> | null | undefined): void =>
      this.#enqueue(() => this.#view.applyReaction(data ?? null));
    const [created, updated, deleted] = [message(true), message(false), message(false)];
    this.#subscriptions = [
      this.#subscribeTo(OnMessageCreated, variables, (data) => created(data?.onMessageCreated)),
      this.#subscribeTo(OnMessageUpdated, variables, (data) => updated(data?.onMessageUpdated)),
      this.#subscribeTo(OnMessageDeleted, variables, (data) => deleted(data?.onMessageDeleted)),
      this.#subscribeTo(OnReactionAdded, variables, (data) => reaction(data?.onReactionAdded)),
      this.#subscribeTo(OnReactionRemoved, variables, (data) => reaction(data?.onReactionRemoved)),
      ...this.#subscribeFurther(this.#subscribeTo),
    ];
    return this.#subscriptions;
  }

  #subscribeTo: Subscribe = (text, variables, next) =>
    this.#realtime.subscribe(text, variables, { next, ended: (reason) => this.#onEnded(reason) });

  /** The server ends the subscriptions of removed members, and of members whose token has expired. */
  #onEnded(reason: EndReason): void {
    if (this.#isClosed) {
      return;
    }
    if (isAccessDenied(reason)) {
      this.#listener.accessLost();
      return;
    }
    if (!this.#isCheckingAccess) {
      this.#isCheckingAccess = true;
      this.#enqueue(() => this.#checkAccess());
    }
  }

  /** Reading throws if access has ended, and then the room is closed. */
  async #checkAccess(): Promise<void> {
    try {
      await this.#view.fill();
    } finally {
      this.#isCheckingAccess = false;
    }
    this.#onConnected();
  }

  /** Runs tasks one at a time; after a failure the window is read again. */
  #enqueue(task: () => Promise<void>): void {
    this.#tail = this.#tail.then(async () => {
      if (this.#isClosed) {
        return;
      }
      try {
        await task();
        this.#listener.failed(undefined);
      } catch (error) {
        this.#recover(error);
      }
    });
  }

  #recover(error: unknown): void {
    if (this.#isClosed) {
      return;
    }
    if (isAccessDenied(error)) {
      this.#listener.accessLost();
      return;
    }
    this.#listener.failed(error);
    if (isRetryable(error)) {
      setTimeout(() => this.refresh(), RETRY_MILLISECONDS * (1 + Math.random()));
    }
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
