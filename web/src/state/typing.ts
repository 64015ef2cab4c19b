/** Typing indicators of the open room: receiving those of others and sending the user's. */
import { computed, signal } from '@preact/signals';
import { typingRepeatSeconds } from '../../../contract/limits.json';
import type { ApiClient } from '../api/client';
import { StartTyping, StopTyping } from '../api/operations';
import type { Incomplete } from '../sync/room-view';
import { now } from './clock';
import type { TypingIndicator } from './types';

const REPEAT_MILLISECONDS = typingRepeatSeconds * 1_000;

export class TypingIndicators {
  /** The names of other users who are typing. */
  readonly names = computed(() =>
    [...this.#indicators.value.values()]
      .filter(({ expiresAt }) => Date.parse(expiresAt) > now.value)
      .map(({ displayName }) => displayName),
  );

  readonly #indicators = signal<ReadonlyMap<string, TypingIndicator>>(new Map());
  readonly #api: ApiClient;
  readonly #chatRoomId: string;
  readonly #myId: string;
  #sentAt = 0;

  constructor(api: ApiClient, chatRoomId: string, myId: string) {
    this.#api = api;
    this.#chatRoomId = chatRoomId;
    this.#myId = myId;
  }

  started(indicator: Incomplete<TypingIndicator> | null | undefined): void {
    const { userId, displayName, expiresAt, chatRoomId } = indicator ?? {};
    if (userId && displayName && expiresAt && chatRoomId && userId !== this.#myId) {
      this.#indicators.value = new Map(this.#indicators.value).set(userId, { userId, displayName, expiresAt, chatRoomId });
    }
  }

  /** Also called when a message of the user arrives. */
  stopped(userId: string | null | undefined): void {
    if (userId && this.#indicators.value.has(userId)) {
      const remaining = new Map(this.#indicators.value);
      remaining.delete(userId);
      this.#indicators.value = remaining;
    }
  }

  /** Called when the user changes the text; sends an indicator at most every ten seconds. */
  textChanged(text: string): void {
    if (text.trim() === '') {
      this.#stop();
    } else if (Date.now() - this.#sentAt >= REPEAT_MILLISECONDS) {
      this.#sentAt = Date.now();
      void this.#api.request(StartTyping, { chatRoomId: this.#chatRoomId }).catch(() => undefined);
    }
  }

  /** Called when the message is sent, which ends the indicator. */
  messageSent(): void {
    this.#sentAt = 0;
  }

  #stop(): void {
    if (this.#sentAt > 0) {
      this.#sentAt = 0;
      void this.#api.request(StopTyping, { chatRoomId: this.#chatRoomId }).catch(() => undefined);
    }
  }
}
